"""Controls: what would make an evaluation's figures promise too much.

It knows the labelled rows, a way to fit them and the answers about rows held out; it does not know which
model is shipped, the ledger, or how a report looks.
"""

from training.control.run import run_controls

__all__ = ["run_controls"]
