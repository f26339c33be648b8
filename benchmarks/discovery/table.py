"""Tables that discovery is judged on: animals of any seed, order and units, and others of known structure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits, load_iris, load_wine, make_blobs, make_moons
from sklearn.decomposition import PCA

from data_provider.animal import Herd, generate

Frame = NDArray[np.float64]
ANIMAL_COLUMNS = (
    ("walks_on_n_legs", "integer"),
    ("height", "number"),
    ("weight", "number"),
    ("has_wings", "boolean"),
    ("has_tail", "boolean"),
)
BLOB_CENTRES = ((0.0, 0.0, 0.0), (8.0, 0.0, 0.0), (0.0, 8.0, 0.0), (0.0, 0.0, 8.0), (8.0, 8.0, 8.0))
BLOB_SPREADS = (0.4, 0.8, 1.2, 0.6, 1.0)
SHARE_OF = {"boolean": 0.5, "rare_boolean": 0.2}


@dataclass(frozen=True, eq=False)
class Table:
    """Records to cluster, and what is known of them: `known` (n,), -1 for noise; None without any kinds."""

    frame: Frame
    kinds: tuple[str, ...]
    known: NDArray[np.int64] | None
    n_values: tuple[int, ...] | None = None


def make_animals(seed: int, n_records: int, noise: float, *, is_new: bool = False) -> Table:
    """Give animals with their columns in a drawn order and height and weight in drawn units."""
    herd = Herd(seed, n_records, scenario="new_kind" if is_new else "baseline", noise=noise)
    batches = list(generate(herd))
    columns = [
        np.concatenate([np.asarray(getattr(batch, name), dtype=np.float64) for batch in batches])
        for name, _ in ANIMAL_COLUMNS
    ]
    generator = np.random.default_rng(seed)
    for place, (_, kind) in enumerate(ANIMAL_COLUMNS):
        if kind == "number":
            columns[place] *= 10.0 ** generator.uniform(-4, 4)
    order = generator.permutation(len(columns))
    names, known = np.unique(np.concatenate([batch.kind for batch in batches]), return_inverse=True)
    known = np.where(names[known] == "noise", -1, known).astype(np.int64)
    kinds = tuple(ANIMAL_COLUMNS[place][1] for place in order)
    return Table(np.column_stack([columns[place] for place in order]), kinds, known)


def make_table(name: str, seed: int) -> Table:
    """Give one of the other tables; the seed draws what is random in it."""
    generator = np.random.default_rng(seed)
    if name in ("iris", "wine"):
        loaded = load_iris() if name == "iris" else load_wine()
        return _numbers(loaded.data, loaded.target)
    if name.startswith("digits"):
        loaded = load_digits()
        return _numbers(PCA(int(name.split()[1]), random_state=0).fit_transform(loaded.data), loaded.target)
    if name == "blobs":
        points, known = make_blobs(
            900, centers=np.array(BLOB_CENTRES), cluster_std=BLOB_SPREADS, random_state=seed
        )
        return _with_noise(points, known, generator.uniform(-4, 12, (50, 3)))
    if name == "moons":
        points, known = make_moons(950, noise=0.06, random_state=seed)
        return _with_noise(points, known, generator.uniform(-2, 3, (50, 2)))
    return make_scattered(name, generator)


def make_scattered(name: str, generator: np.random.Generator) -> Table:
    """Give records without groups: scattered evenly, in one cloud, or of values that are independent."""
    kind, n_records, *n_features = name.split()
    if kind in INDEPENDENT:
        return make_independent(kind, int(n_records), generator)
    shape = int(n_records), int(n_features[0])
    if kind == "uniform":
        return Table(generator.uniform(size=shape), ("number",) * shape[1], None)
    return _numbers(generator.normal(size=shape), np.zeros(shape[0]))


INDEPENDENT = (
    "boolean2",
    "rare_boolean2",
    "boolean4",
    "category1",
    "category3",
    "poisson2",
    "poisson3",
    "rounded2",
    "whole2",
)
"""Names of tables whose values are drawn one independently of the other; the digit counts their numbers."""


def make_independent(shape: str, size: int, generator: np.random.Generator) -> Table:
    """Give records whose numbers, booleans and categories have nothing to do with each other."""
    what, width = shape[:-1], int(shape[-1])
    if what == "poisson":
        return _unknown(generator.poisson(3, (size, width)))
    if what == "rounded":
        return _unknown(np.round(2 * generator.normal(size=(size, width))) / 2)
    if what == "whole":
        return _unknown(generator.integers(1, 11, (size, width)))
    frame = np.column_stack([generator.normal(size=(size, width)), np.zeros(size)])
    if what == "category":
        frame[:, -1] = generator.integers(0, 3, size)
        return Table(frame, (*("number",) * width, what), None, (*(0,) * width, 3))
    frame[:, -1] = generator.random(size) < SHARE_OF[what]
    return Table(frame, (*("number",) * width, "boolean"), None)


def _unknown(frame: NDArray[Any]) -> Table:
    return Table(frame.astype(np.float64), ("number",) * frame.shape[1], None)


def _with_noise(points: Frame, known: NDArray[np.int64], noise: Frame) -> Table:
    return _numbers(np.vstack([points, noise]), np.append(known, np.full(len(noise), -1)))


def _numbers(frame: Frame, known: NDArray[np.int64]) -> Table:
    return Table(frame, ("number",) * frame.shape[1], known.astype(np.int64))
