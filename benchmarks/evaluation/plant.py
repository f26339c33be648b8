"""Tables of known truth: clean ones, and the same with one fault planted at a chosen strength."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from training.control.finding import Evidence
from training.control.leak import LEAST_GAP, LEAST_SKILL
from training.diagnose.heldout import Maker, deal_folds

FEATURES = (
    {"name": "length", "type": "number", "unit": "cm"},
    {"name": "width", "type": "number", "unit": "cm"},
    {"name": "weight", "type": "number", "unit": "kg"},
    {"name": "is_adult", "type": "boolean"},
    {"name": "colour", "type": "category", "values": ["red", "green", "blue", "white", "black"]},
)
SPARE = {"name": "code", "type": "number"}
OUTER_FOLDS = 5
SAMPLED = 20_000


@dataclass(frozen=True, eq=False)
class Table:
    """Labelled rows and their declaration: a frame (n, n_features) and the place of each row's class (n,).

    The numbers of a clean table are normal around the `centres` (k, 3), with a spread of 1.
    """

    dataset: Dataset
    frame: NDArray[np.float64]
    y: NDArray[np.int64]
    classes: tuple[str, ...]
    centres: NDArray[np.float64] | None = None


def declare(*features: Mapping[str, object]) -> Dataset:
    """Declare a dataset of some features."""
    return Dataset.model_validate(
        {
            "format": 1,
            "name": "planted",
            "features": list(features),
            "source": {"kind": "csv", "path": "planted.csv"},
            "labels": {"from": "column", "column": "species"},
        }
    )


def make_clean(seed: int, *, n: int = 400, k: int = 3, signal: float = 1.0) -> Table:
    """Make numbers with class centres `signal` apart, and a boolean and a category that tell nothing."""
    generator = np.random.default_rng(seed)
    y = generator.permutation(np.arange(n) % k)
    centres = signal * generator.standard_normal((k, 3))
    numbers = centres[y] + generator.standard_normal((n, 3))
    frame = np.column_stack([numbers, generator.integers(0, 2, n), generator.integers(0, 5, n)])
    classes = tuple(f"kind-{place}" for place in range(k))
    return Table(declare(*FEATURES), frame.astype(np.float64), y, classes, centres)


def has_dominant(table: Table) -> bool:
    """Say whether one number of a clean table truly is nearly the class, and the others far behind.

    By the best answers there are, those of the nearest centre, about a large sample: at least 90 % of the way
    from chance to no mistake, and the other two numbers together at least 10 points behind.
    """
    k = len(table.classes)
    for place in range(3):
        alone, others = ((_ask_best(table, part) - 1 / k) / (1 - 1 / k) for part in _part_numbers(place))
        if alone >= LEAST_SKILL and alone - others >= LEAST_GAP:
            return True
    return False


def _part_numbers(place: int) -> tuple[list[int], list[int]]:
    return [place], [one for one in range(3) if one != place]


def _ask_best(table: Table, places: list[int]) -> float:
    if table.centres is None:
        return 0.0
    centres = table.centres[:, places]
    y = np.arange(SAMPLED) % len(centres)
    numbers = centres[y] + np.random.default_rng(0).standard_normal((SAMPLED, len(places)))
    nearest = ((numbers[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    return float((nearest == y).mean())


def round_numbers(table: Table, digits: int) -> Table:
    """Round the numbers, so that rows may coincide by themselves."""
    frame = table.frame.copy()
    frame[:, :3] = np.round(frame[:, :3], digits)
    return replace(table, frame=frame)


def add_copies(table: Table, seed: int, *, share: float, jitter: float = 0.0, flips: float = 0.0) -> Table:
    """Let a share of the rows be in pairs of copies, with jitter (sd) and some copies of another label."""
    generator = np.random.default_rng([seed, 1])
    n = len(table.y)
    chosen = generator.permutation(n)
    copies, sources = chosen[: round(share * n / 2)], chosen[-round(share * n / 2) :]
    frame, y = table.frame.copy(), table.y.copy()
    frame[copies], y[copies] = frame[sources], y[sources]
    frame[copies, :3] += jitter * generator.standard_normal((len(copies), 3))
    wrong = copies[generator.random(len(copies)) < flips]
    y[wrong] = (y[wrong] + 1) % len(table.classes)
    return replace(table, frame=frame, y=y)


def add_leak(table: Table, seed: int, *, noise: float) -> Table:
    """Add a feature that is the class's number, but for a share of rows where it is any class's."""
    generator = np.random.default_rng([seed, 2])
    code = table.y.copy()
    wrong = generator.random(len(code)) < noise
    code[wrong] = generator.integers(0, len(table.classes), int(wrong.sum()))
    frame = np.column_stack([table.frame, code])
    return replace(table, dataset=declare(*FEATURES, SPARE), frame=frame)


def label_by_rule(table: Table, seed: int, *, questions: int, noise: float) -> Table:
    """Label by a rule of one, two or three questions, but for a share of rows that get any class."""
    generator = np.random.default_rng([seed, 3])
    is_long, is_heavy = table.frame[:, 0] > 0, table.frame[:, 2] > 0.3
    is_adult = table.frame[:, 3] == 1
    y = is_long.astype(np.int64)
    if questions > 1:
        y = np.where(is_long & is_adult, 2, y)
    if questions > 2:
        y = np.where(~is_long & is_heavy & ~is_adult, 3, y)
    classes = tuple(f"kind-{place}" for place in range(questions + 1))
    wrong = generator.random(len(y)) < noise
    y[wrong] = generator.integers(0, len(classes), int(wrong.sum()))
    return replace(table, y=y, classes=classes)


def label_by_either(table: Table, seed: int) -> Table:
    """Label by a rule of two questions neither of which helps alone: one or the other, but not both."""
    bounds = np.quantile(table.frame[:, [0, 2]], np.random.default_rng([seed, 6]).uniform(0.4, 0.6), axis=0)
    y = np.logical_xor(*(table.frame[:, [0, 2]] > bounds).T).astype(np.int64)
    return replace(table, y=y, classes=("kind-0", "kind-1"))


def label_by_steps(table: Table, seed: int, *, steps: int) -> Table:
    """Replace a number by one evenly spread from 0 to `steps`, and label by its whole part."""
    frame = table.frame.copy()
    frame[:, 1] = np.random.default_rng([seed, 7]).uniform(0, steps, len(frame))
    classes = tuple(f"kind-{place}" for place in range(steps))
    return replace(table, frame=frame, y=np.floor(frame[:, 1]).astype(np.int64), classes=classes)


def answer_at_random(table: Table, right: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """Give probabilities (1, n, k) of answers that are right with the chances (n,), whatever the features."""
    generator = np.random.default_rng([seed, 4])
    n, k = len(table.y), len(table.classes)
    shift = np.where(generator.random(n) < right, 0, generator.integers(1, k, n))
    return 0.1 / k + 0.9 * np.eye(k)[(table.y + shift) % k][None]


def gather(
    table: Table, *, make: Maker, seed: int, probabilities: NDArray[np.float64] | None = None
) -> Evidence:
    """Gather what controls are given; without probabilities, nine in ten answers are right wherever."""
    folds = deal_folds(table.y, OUTER_FOLDS, seed=seed)[None]
    if probabilities is None:
        probabilities = answer_at_random(table, np.full(len(table.y), 0.9), seed)
    cluster = np.random.default_rng([seed, 5]).integers(-1, 3, len(table.y))
    return Evidence(
        table.dataset, table.frame, table.y, table.classes, make, probabilities, folds, cluster, seed
    )
