"""Tables that discovery is judged on: animals of any seed, order and units, and others of known structure."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, eq=False)
class Table:
    """Records to cluster, and what is known of them: `known` (n,), -1 for noise; None if all is noise."""

    frame: Frame
    kinds: tuple[str, ...]
    known: NDArray[np.int64] | None


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
    kind, n_records, n_features = name.split()
    shape = int(n_records), int(n_features)
    if kind == "uniform":
        return Table(generator.uniform(size=shape), ("number",) * shape[1], None)
    return _numbers(generator.normal(size=shape), np.zeros(shape[0]))


def _with_noise(points: Frame, known: NDArray[np.int64], noise: Frame) -> Table:
    return _numbers(np.vstack([points, noise]), np.append(known, np.full(len(noise), -1)))


def _numbers(frame: Frame, known: NDArray[np.int64]) -> Table:
    return Table(frame, ("number",) * frame.shape[1], known.astype(np.int64))
