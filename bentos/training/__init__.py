"""Trainings that the service starts: processes of their own that outlive workers, told of by their folders.

It does not know how a model is trained, only the command that does it and the events that it writes.
"""

from bentos.training.stop import stop_all

__all__ = ["stop_all"]
