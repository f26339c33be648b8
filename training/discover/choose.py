"""Choosing the scale of discovery from the records: by density validity, stability and parsimony."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.discover.dimension import measure_dimension
from training.discover.dither import dither
from training.discover.look import Look
from training.discover.overlap import measure_overlaps
from training.discover.scale import TOGETHER, Scale, ScaleChoice
from training.discover.space import fit_space
from training.discover.validity import measure_validity

SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
FACTORS = (0.25, 0.5, 1.0)
HALVES = 8
BOUND_BY_DIMENSION = ((1.0, 2.0, 3.0, 4.0), (0.95, 0.75, 0.6, 0.5))
"""How stable clusters must be, by the records' intrinsic dimension; between two of them it is interpolated.

Records without any structure part by chance, and a half repeats that chance: often on a line, hardly ever in
many dimensions. The bounds lie above the most stable of all scales over such tables, uniform and Gaussian
(benchmarks/discovery). Below 0.5 a cluster counts as dissolved, at 0.75 as stable (Hennig 2007).
"""
MAXIMUM_ROWS = 4_000
"""So many records tell the scale well enough, and bound what choosing costs."""
FEWEST_ROWS = 40
"""Below this a half holds too few records to find anything in."""
RULE = (
    "Every pair of a share (min_cluster_size of the records) and a factor (min_samples of the square root"
    f" of their number) is tried, on at most {MAXIMUM_ROWS:,} records, and again on {HALVES} random halves"
    " of them, in each of which rounded numbers are spread anew over what they may have been, so that gaps "
    "between whole numbers part nothing. Stability is how far a cluster comes back in the halves (mean "
    "Jaccard overlap), that of the least stable one; a pair below the bound is refused, which is 0.75 where "
    "records spread in two dimensions, 0.95 on a line and 0.5 from four dimensions on. The score is "
    "stability times density validity (relative DBCV brought to 0..1, where outliers count 0). Among pairs "
    "within one standard error of the best those with the fewest clusters are kept, and the middle one is "
    "chosen; if all records show more clusters at it than those that were looked at did, it is the next "
    "larger share that was as good and keeps their number. If every pair is refused, the records are left "
    "together: one cluster if they are concentrated, "
    "none if they are scattered evenly."
)


@dataclass(frozen=True)
class Trial:
    """What one scale gave: figures of its clusters, and the standard error of stability."""

    scale: Scale
    n_clusters: int
    outlier_share: float
    validity: float
    stability: float
    error: float

    @property
    def worth(self) -> float:
        """Validity brought from -1..1 to 0..1, where outliers count 0."""
        return (1 - self.outlier_share + self.validity) / 2

    @property
    def score(self) -> float:
        """Stability times validity, both in 0..1."""
        return self.stability * self.worth


def choose_scale(
    frame: NDArray[np.float64],
    kinds: Sequence[str],
    n_values: Sequence[int],
    *,
    seed: int = 0,
) -> ScaleChoice:
    """Choose the scale to cluster a frame (n, n_features) at, given feature types and sizes of categories.

    The choice depends on the frame and the seed alone: the seed draws the halves, and the records that are
    looked at where there are more than `MAXIMUM_ROWS`.
    """
    generator = np.random.Generator(np.random.PCG64(seed))
    frame = frame[np.sort(generator.permutation(len(frame))[:MAXIMUM_ROWS])]
    trials, bound = [], 1.0
    if len(frame) >= FEWEST_ROWS:
        space = fit_space(frame, kinds, n_values)
        halves = [np.sort(generator.permutation(len(frame))[: len(frame) // 2]) for _ in range(HALVES)]
        spread = [space.place(dither(frame, kinds, generator)) for _ in range(HALVES)]
        bound = bound_stability(measure_dimension(spread[0]))
        for factor in FACTORS:
            trials += _try_factor(space.place(frame), spread, halves, factor)
    alike = list_alike(trials, bound=bound)
    chosen = pick(alike)
    rows = [_row(trial, len(frame), bound=bound) for trial in trials]
    rows.append(_row_together(len(frame)))
    n_clusters = alike[0].n_clusters if alike else None
    coarser = sorted({one.scale.share for one in alike if one.scale.factor == chosen.factor})
    rest = tuple(Scale(share, chosen.factor) for share in coarser if share > chosen.share)
    return ScaleChoice(chosen, rows, RULE, n_clusters, rest).take(chosen)


def bound_stability(dimension: float) -> float:
    """Give the stability that clusters must reach in so many dimensions."""
    return float(np.interp(dimension, *BOUND_BY_DIMENSION))


def list_alike(trials: Sequence[Trial], *, bound: float) -> list[Trial]:
    """List the trials of fewest clusters among those that are stable and about as good as the best."""
    stable = [trial for trial in trials if trial.n_clusters > 1 and trial.stability >= bound]
    if not stable:
        return []
    best = max(stable, key=lambda trial: trial.score)
    alike = [trial for trial in stable if trial.score >= best.score - best.error * best.worth]
    fewest = min(trial.n_clusters for trial in alike)
    return [trial for trial in alike if trial.n_clusters == fewest]


def pick(alike: Sequence[Trial]) -> Scale:
    """Pick the middle scale of those that are alike; none leaves the records together."""
    if not alike:
        return TOGETHER
    factor = _middle([trial.scale.factor for trial in alike])
    return Scale(_middle([trial.scale.share for trial in alike if trial.scale.factor == factor]), factor)


def _middle(values: Sequence[float]) -> float:
    """Take the (lower) median of the different ones."""
    different = sorted(set(values))
    return different[(len(different) - 1) // 2]


def _try_factor(
    points: NDArray[np.float64],
    spread: Sequence[NDArray[np.float64]],
    halves: Sequence[NDArray[np.int64]],
    factor: float,
) -> list[Trial]:
    """Try every share with one factor; a share that the floor makes equal to a smaller one gives the same.

    `spread` holds for each half the points (n, n_dimensions) of records whose rounded numbers were spread.
    """

    def look_at(part: NDArray[np.float64]) -> Look:
        return Look(part, Scale(1.0, factor).of(len(part)).min_samples)

    whole = look_at(points)
    parts = [look_at(drawn[half]) for drawn, half in zip(spread, halves, strict=True)]
    trials = []
    for share in SHARES:
        scale = Scale(share, factor)
        cluster = whole.cluster(scale.of(len(points)).min_cluster_size)
        overlaps = [
            measure_overlaps(cluster[half], part.cluster(scale.of(len(half)).min_cluster_size))
            for half, part in zip(halves, parts, strict=True)
        ]
        trials.append(_judge(scale, cluster, np.array(overlaps), measure_validity(cluster, whole.spanning)))
    return trials


def _judge(scale: Scale, cluster: NDArray[np.int64], overlaps: NDArray[np.float64], validity: float) -> Trial:
    """Sum up one scale from its clusters (n,) and their overlaps (n_halves, n_clusters)."""
    n_clusters, outlier_share = int(cluster.max(initial=-1)) + 1, float((cluster < 0).mean())
    if n_clusters == 0:
        return Trial(scale, 0, outlier_share, 0.0, 0.0, 0.0)
    least = overlaps[:, overlaps.mean(axis=0).argmin()]
    error = float(least.std(ddof=1)) / len(least) ** 0.5
    return Trial(scale, n_clusters, outlier_share, validity, float(least.mean()), error)


def _row(trial: Trial, n_records: int, *, bound: float) -> dict[str, Any]:
    has_clusters = trial.n_clusters > 0
    return _sizes(trial.scale, n_records) | {
        "n_clusters": trial.n_clusters,
        "outlier_share": trial.outlier_share,
        "validity": trial.validity if has_clusters else None,
        "stability": trial.stability if has_clusters else None,
        "stability_bound": bound,
        "score": trial.score if has_clusters else None,
    }


def _row_together(n_records: int) -> dict[str, Any]:
    """Tell of the scale that needs no figures: it is taken when all others are refused."""
    names = ("n_clusters", "outlier_share", "validity", "stability", "stability_bound", "score")
    return _sizes(TOGETHER, n_records) | dict.fromkeys(names)


def _sizes(scale: Scale, n_records: int) -> dict[str, Any]:
    parameters = scale.of(n_records)
    return {
        "share": scale.share,
        "factor": scale.factor,
        "min_cluster_size": parameters.min_cluster_size,
        "min_samples": parameters.min_samples,
    }
