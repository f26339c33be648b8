"""Controls: what would make an evaluation's figures promise too much.

It knows the labelled rows, a way to fit them and the answers about rows held out; it does not know which
model is shipped, the ledger, or how a report looks.
"""

from training.control.run import FREE, run_controls

__all__ = ["FREE", "run_controls"]
