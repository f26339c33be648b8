"""Fitting a calibration to out-of-fold probabilities, and choosing one only where it helps out of fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.isotonic import IsotonicRegression

from herdbook.calibration import LEAST_PROBABILITY, METHODS, Calibration, Method, log_odds
from training.score import row_losses

FOLDS = 5
"""Folds in which the methods are compared: each is fitted on four parts and scored on the fifth."""

FEWEST_ROWS = 50
"""Below this many rows none is fitted: five folds would score ten rows each."""

ISOTONIC_ROWS = 1_000
"""Below this many rows isotonic regression overfits (Niculescu-Mizil, Caruana, ICML 2005)."""

HOTTEST, COLDEST = 10.0, 0.1
STEPS, SHORT = 50, 1e-10
"""Newton's method stops after so many steps, or when one is shorter than this."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """What was chosen, and on which grounds.

    Attributes
    ----------
    calibration
        Fitted to all rows.
    facts
        `chosen`, `why` in a sentence, and for each of the `methods` its cross-fitted log-loss; plain JSON.
    crossfitted
        By method, the probabilities of each row by a calibration that never saw it; in the shape given.
    """

    calibration: Calibration
    facts: dict[str, Any]
    crossfitted: dict[str, NDArray[np.float64]]


def fit_calibration(method: str, probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> Calibration:
    """Fit one method to probabilities (n, k) and the places `y` (n,) of their true classes."""
    match method:
        case "temperature":
            return _fit_temperature(probabilities, y)
        case "sigmoid":
            return _fit_sigmoid(probabilities, y)
        case "isotonic":
            return _fit_isotonic(probabilities, y)
        case _:
            return Calibration()


def choose_calibration(probabilities: NDArray[np.float64], y: NDArray[np.int64], *, seed: int) -> Chosen:
    """Choose and fit a calibration of out-of-fold probabilities (n, k) or, by repeats, (R, n, k).

    Each method is fitted on four fifths of the rows and scored on the rest, by log-loss. Of the best and
    those within one standard error of it (Breiman, Friedman, Olshen, Stone, 1984; here of the paired
    difference over rows, a row's repeats averaged) the plainest is taken, and `none` is the plainest.
    """
    repeats = probabilities.reshape(-1, *probabilities.shape[-2:])
    n = repeats.shape[1]
    if n < FEWEST_ROWS:
        why = f"to fit a calibration and tell whether it helps takes {FEWEST_ROWS} rows, there are {n}"
        return leave_alone(probabilities, why=why)
    tried = [method for method in METHODS if method != "isotonic" or n >= ISOTONIC_ROWS]
    found = {method: _cross_fit(method, repeats, y, seed=seed) for method in tried}
    losses = {method: np.mean([row_losses(one, y) for one in found[method]], axis=0) for method in tried}
    chosen = _plainest_of_the_best(losses)
    facts = {
        "chosen": chosen,
        "why": _say(chosen, losses),
        "methods": {method: {"log_loss": float(loss.mean())} for method, loss in losses.items()},
    }
    crossfitted = {str(method): one.reshape(probabilities.shape) for method, one in found.items()}
    return Chosen(fit_calibration(chosen, *_stack(repeats, y)), facts, crossfitted)


def leave_alone(probabilities: NDArray[np.float64], *, why: str) -> Chosen:
    """Choose no calibration, for a reason that needs no comparison."""
    facts = {"chosen": "none", "why": why, "methods": {}}
    return Chosen(Calibration(), facts, {"none": probabilities})


def _stack(
    repeats: NDArray[np.float64], y: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    return repeats.reshape(-1, repeats.shape[2]), np.tile(y, len(repeats))


def _cross_fit(
    method: Method, repeats: NDArray[np.float64], y: NDArray[np.int64], *, seed: int
) -> NDArray[np.float64]:
    """Calibrate each row of (R, n, k) by a fit without it, and without its other repeats."""
    found = np.empty_like(repeats)
    folds = _spread(y, seed=seed)
    for fold in range(FOLDS):
        test = folds == fold
        calibration = fit_calibration(method, *_stack(repeats[:, ~test], y[~test]))
        for place, repeat in enumerate(repeats):
            found[place, test] = calibration.apply(repeat[test])
    return found


def _spread(y: NDArray[np.int64], *, seed: int) -> NDArray[np.int64]:
    """Deal the rows out to folds, class by class, so that each fold has its share of each."""
    dealt = np.random.Generator(np.random.PCG64(seed)).permutation(len(y))
    folds = np.empty(len(y), dtype=np.int64)
    folds[dealt[np.argsort(y[dealt], kind="stable")]] = np.arange(len(y)) % FOLDS
    return folds


def _plainest_of_the_best(losses: dict[Method, NDArray[np.float64]]) -> Method:
    best = losses[_best(losses)]
    return next(method for method, loss in losses.items() if loss.mean() - best.mean() <= _error(loss - best))


def _best(losses: dict[Method, NDArray[np.float64]]) -> Method:
    return min(losses, key=lambda method: float(losses[method].mean()))


def _error(differences: NDArray[np.float64]) -> float:
    """Give the standard error of the mean of paired differences (n,)."""
    return float(differences.std(ddof=1) / np.sqrt(len(differences)))


def _say(chosen: Method, losses: dict[Method, NDArray[np.float64]]) -> str:
    best = _best(losses)
    raw, error = float(losses["none"].mean()), _error(losses["none"] - losses[best])
    if best == "none":
        tried = ", ".join(method for method in losses if method != "none")
        return f"none of {tried} lowers the log-loss of {raw:.4f} on rows that it was not fitted to"
    lower = raw - float(losses[best].mean())
    beside = f"{best} lowers the log-loss from {raw:.4f} by {lower:.4f} on rows that it was not fitted to"
    if chosen == "none":
        return f"{beside}, which is within one standard error, {error:.4f}: no calibration is the plainer"
    plainer = "" if chosen == best else f"; {chosen} is plainer and within one standard error of {best}"
    return f"{beside}, more than one standard error, {error:.4f}{plainer}"


def _fit_temperature(probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> Calibration:
    """Maximise the likelihood over one number: with logs to the power b = 1 / temperature it is concave.

    The targets are softened as Platt's are: that none of n rows was wrong does not say that none will be, so
    the truth counts (n + 1) / (n + k) and each other class 1 / (n + k), by the rule of succession.
    """
    n, k = probabilities.shape
    logs = np.log(np.clip(probabilities, LEAST_PROBABILITY, 1.0))
    targets = (n * np.eye(k)[y] + 1) / (n + k)
    wanted = float((targets * logs).sum())

    def slopes(power: float) -> tuple[float, float]:
        scaled = np.exp(power * logs - (power * logs).max(axis=1, keepdims=True))
        shares = scaled / scaled.sum(axis=1, keepdims=True)
        means = (shares * logs).sum(axis=1)
        return wanted - float(means.sum()), -float((shares * (logs - means[:, None]) ** 2).sum())

    power = _climb(slopes, low=1 / HOTTEST, high=1 / COLDEST)
    return Calibration("temperature", {"temperature": 1 / power})


def _climb(slopes: Callable[[float], tuple[float, float]], *, low: float, high: float) -> float:
    """Find the top of a concave function by Newton's steps, halving the bounds where one leaves them."""
    place = 1.0
    for _ in range(STEPS):
        first, second = slopes(place)
        low, high = (place, high) if first > 0 else (low, place)
        step = place - first / second if second < 0 else np.inf
        following = step if low <= step <= high else (low + high) / 2
        if abs(following - place) < SHORT:
            break
        place = following
    return place


def _fit_sigmoid(probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> Calibration:
    lines = [_fit_line(column, y == place) for place, column in enumerate(log_odds(probabilities).T)]
    return Calibration("sigmoid", {"slopes": [one[0] for one in lines], "offsets": [one[1] for one in lines]})


def _fit_line(odds: NDArray[np.float64], is_truth: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit Platt's line to one class's log-odds (n,), one against the rest, by Newton's method with halving.

    Targets are Platt's, the algorithm is that of Lin, Lin, Weng (A note on Platt's probabilistic outputs,
    Machine Learning 68, 2007). A line that falls would turn the order of the rows round: then it is flat.
    """
    n_true, n_false = int(is_truth.sum()), int((~is_truth).sum())
    targets = np.where(is_truth, (n_true + 1) / (n_true + 2), 1 / (n_false + 2))
    design = np.column_stack([odds, np.ones(len(odds))])
    line = np.array([1.0, 0.0])
    for _ in range(STEPS):
        step = _step(design, targets, line)
        line = line + step
        if float(np.abs(step).max()) < SHORT:
            break
    share = targets.mean()
    return (float(line[0]), float(line[1])) if line[0] >= 0 else (0.0, float(np.log(share / (1 - share))))


def _step(
    design: NDArray[np.float64], targets: NDArray[np.float64], line: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Give Newton's step for a line, halved until it does not raise the loss."""
    odds = design @ line
    shares = 1 / (1 + np.exp(-np.clip(odds, -500, 500)))
    curvature = (design * (shares * (1 - shares))[:, None]).T @ design + 1e-9 * np.eye(2)
    step = np.asarray(np.linalg.solve(curvature, design.T @ (targets - shares)), dtype=np.float64)
    before = _line_loss(odds, targets)
    for _ in range(STEPS):
        if _line_loss(design @ (line + step), targets) <= before:
            return step
        step = step / 2
    return np.zeros(2)


def _line_loss(odds: NDArray[np.float64], targets: NDArray[np.float64]) -> float:
    return float((np.logaddexp(0.0, odds) - targets * odds).sum())


def _fit_isotonic(probabilities: NDArray[np.float64], y: NDArray[np.int64]) -> Calibration:
    """Fit a rising step function to each class, one against the rest.

    Its values stay between 1 / (n + 2) and (n + 1) / (n + 2), Laplace's rule of succession for none and all
    of n rows: a share of exactly zero would make the first such row cost an infinite log-loss.
    """
    n, k = probabilities.shape
    least = 1 / (n + 2)
    at, values = [], []
    for place in range(k):
        fitted = IsotonicRegression(y_min=least, y_max=1 - least, out_of_bounds="clip")
        fitted.fit(probabilities[:, place], (y == place).astype(np.float64))
        at.append(fitted.X_thresholds_.tolist())
        values.append(fitted.y_thresholds_.tolist())
    return Calibration("isotonic", {"at": at, "values": values})
