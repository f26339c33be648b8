"""Diagnosis: what a procedure does with less data, without a feature, and with which mistakes.

It knows how to fit a pipeline on some rows and ask it about others; it does not know what is shipped, the
ledger, or how a report looks.
"""

from training.diagnose.confusion import confusion
from training.diagnose.cost import costs
from training.diagnose.curve import learning_curve
from training.diagnose.importance import permutation_importance

__all__ = ["confusion", "costs", "learning_curve", "permutation_importance"]
