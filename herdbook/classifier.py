"""A fitted classifier as serving sees it: probabilities of classes, and nothing of how it was made."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from herdbook.errors import PackageError
from herdbook.trusted import TRUSTED_TYPES

NO_PIPELINE = (
    "let a model serve whose card says that it is compiled, or build a Bento of this one; "
    "`herdbook models` says what answers by each"
)
_ONE_AT_A_TIME = Lock()
"""scikit-learn swaps the process's warning filters around parallel sections; in two threads they get lost."""


class Classifier(Protocol):
    """Gives the probabilities of the classes."""

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, in the order of the probabilities' columns."""
        ...

    def probabilities(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn inputs of shape (n, n_inputs) into probabilities of shape (n, n_classes); rows sum to one."""
        ...


class SkopsClassifier:
    """A scikit-learn pipeline that was stored by skops; the reference that every faster form must equal."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline

    @classmethod
    def load(cls, path: Path) -> SkopsClassifier:
        """Read a pipeline whose types are all in our list; nothing in the file is executed.

        Raises
        ------
        PackageError
            The file is damaged or names a type that is not trusted, or scikit-learn is not installed.
        """
        try:
            import sklearn  # noqa: F401, PLC0415 - takes a second; a compiled model does without
            from skops.io import load  # noqa: PLC0415
            from skops.io.exceptions import UntrustedTypesFoundException  # noqa: PLC0415
        except ModuleNotFoundError as error:
            problem = f"it has no proven graph, and its pipeline needs {error.name}, which is not here"
            raise PackageError(path.parent.name, problem=problem, cure=NO_PIPELINE) from None

        try:
            return cls(load(path, trusted=TRUSTED_TYPES))
        except UntrustedTypesFoundException as error:
            problem = f"it names types that Herdbook does not trust: {error}"
            raise PackageError(path.parent.name, problem=problem, cure="do not use it") from None

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, in the order of the probabilities' columns."""
        return tuple(str(name) for name in self._pipeline.classes_)

    def probabilities(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn inputs of shape (n, n_inputs) into probabilities of shape (n, n_classes).

        A hard vote knows no probabilities: there they are the members' weighted shares of the vote.
        """
        with _ONE_AT_A_TIME:
            return self._ask(inputs)

    def _ask(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        last = self._pipeline[-1]
        if getattr(last, "voting", "soft") == "soft":
            return np.asarray(self._pipeline.predict_proba(inputs), dtype=np.float64)
        ballots = last.transform(self._pipeline[:-1].transform(inputs))
        return vote_shares(ballots, last.weights, n_classes=len(self.classes))


def vote_shares(ballots: NDArray[np.int64], weights: Any, *, n_classes: int) -> NDArray[np.float64]:
    """Count ballots, shape (n, n_members) of class places, into weighted shares of shape (n, n_classes)."""
    weight = np.ones(ballots.shape[1]) if weights is None else np.asarray(weights, dtype=np.float64)
    ticks = ballots[:, :, None] == np.arange(n_classes)
    shares: NDArray[np.float64] = np.einsum("nmk,m->nk", ticks, weight) / weight.sum()
    return shares
