"""Calibration: turns a classifier's probabilities into such that hold as often as they say.

It is fitted where models are trained; what is served needs its few numbers and numpy alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from herdbook.errors import PackageError

Method = Literal["none", "temperature", "sigmoid", "isotonic"]
METHODS: tuple[Method, ...] = get_args(Method)
"""The methods, the plainest first: no parameter, one, two for each class, a step function for each class."""

LEAST_PROBABILITY = 1e-6
"""A smaller probability counts as this: a forest's zero says "not seen", not "impossible"."""


@dataclass(frozen=True)
class Calibration:
    """A fitted calibration of the probabilities of k classes.

    Attributes
    ----------
    method
        `none` leaves them as they are. `temperature` takes each to the power of 1 / temperature (Guo, Pleiss,
        Sun, Weinberger, 2017). `sigmoid` takes each class's log-odds through a line and back (Platt, 1999),
        `isotonic` each class's probability through a rising function (Zadrozny, Elkan, 2002). All but `none`
        divide each row by its sum.
    parameters
        By name: `temperature`; `slopes` and `offsets`, k numbers each; `at` and `values`, k lists each, whose
        points are joined by straight lines.
    """

    method: Method = "none"
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, card: Mapping[str, Any], *, package: str | None = None) -> Calibration:
        """Read a card's calibration; `none` if the card has none. Errors call the model `package`.

        Raises
        ------
        PackageError
            The method is unknown, or its parameters do not fit the card's classes.
        """
        written = card.get("calibration", {"method": "none"})
        name = package or str(card.get("dataset"))
        method = written.get("method")
        if method not in METHODS:
            problem = f"its card names the calibration {method!r}, this Herdbook knows {', '.join(METHODS)}"
            cure = "serve it with the Herdbook that made it, or train again"
            raise PackageError(name, problem=problem, cure=cure)
        parameters = {key: written.get(key) for key in PARAMETERS[method]}
        if not _is_sound(method, parameters, n_classes=len(card.get("classes", ()))):
            problem = f"the parameters of its {method} calibration do not fit its classes"
            raise PackageError(name, problem=problem, cure="train again")
        return cls(method, parameters)

    def to_json(self) -> dict[str, Any]:
        """Give method and parameters as plain JSON values; a card's `calibration`."""
        return {"method": self.method, **self.parameters}

    def apply(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Calibrate probabilities (n, k) whose rows sum to one; those of the answer do too."""
        match self.method:
            case "temperature":
                return _normalise(_logs(probabilities) / self.parameters["temperature"])
            case "sigmoid":
                slopes, offsets = (np.asarray(self.parameters[name]) for name in ("slopes", "offsets"))
                return _normalise(-np.logaddexp(0.0, -(slopes * log_odds(probabilities) + offsets)))
            case "isotonic":
                curves = zip(probabilities.T, self.parameters["at"], self.parameters["values"], strict=True)
                risen = np.column_stack([np.interp(column, at, values) for column, at, values in curves])
                return np.asarray(risen / risen.sum(axis=1, keepdims=True), dtype=np.float64)
            case _:
                return probabilities


PARAMETERS: dict[str, tuple[str, ...]] = {
    "none": (),
    "temperature": ("temperature",),
    "sigmoid": ("slopes", "offsets"),
    "isotonic": ("at", "values"),
}
"""What each method's parameters are called."""


def log_odds(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give log(p / (1 - p)) with p kept away from 0 and 1."""
    kept = _keep(probabilities, 1 - LEAST_PROBABILITY)
    return np.asarray(np.log(kept) - np.log1p(-kept), dtype=np.float64)


def _logs(probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.log(_keep(probabilities, 1.0)), dtype=np.float64)


def _keep(probabilities: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """Keep probabilities between the least and `most`: `np.clip` takes three times as long for one row."""
    kept: NDArray[np.float64] = np.minimum(np.maximum(probabilities, LEAST_PROBABILITY), most)
    return kept


def _normalise(logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn logs (n, k) of numbers into shares of their row's sum, safe for any size."""
    scaled = np.exp(logs - np.maximum.reduce(logs, axis=1, keepdims=True))
    return np.asarray(scaled / np.add.reduce(scaled, axis=1, keepdims=True), dtype=np.float64)


def _is_sound(method: str, parameters: Mapping[str, Any], *, n_classes: int) -> bool:
    """Tell whether parameters read from a card can be applied and only ever rise."""
    try:
        match method:
            case "temperature":
                return bool(0 < float(parameters["temperature"]) < np.inf)
            case "sigmoid":
                lines = np.asarray([parameters["slopes"], parameters["offsets"]], dtype=np.float64)
                return lines.shape == (2, n_classes) and bool(
                    np.isfinite(lines).all() and lines[0].min() >= 0
                )
            case "isotonic":
                curves = list(zip(parameters["at"], parameters["values"], strict=True))
                return len(curves) == n_classes and all(_rises(*curve) for curve in curves)
            case _:
                return True
    except (TypeError, ValueError):
        return False


def _rises(at: Any, values: Any) -> bool:
    """Tell whether the points of a curve rise from left to right, above 0 and up to 1."""
    curve = np.asarray([at, values], dtype=np.float64)
    if curve.ndim != 2 or not curve.shape[1]:
        return False
    is_inside = curve[1, 0] > 0 and curve[1, -1] <= 1
    return bool(is_inside and (np.diff(curve, axis=1) >= 0).all())
