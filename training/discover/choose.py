"""Choosing the scale of discovery from the records."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from training.discover.scale import Scale, ScaleChoice


def choose_scale(
    frame: NDArray[np.float64],
    kinds: Sequence[str],
    n_values: Sequence[int],
    *,
    seed: int = 0,
) -> ScaleChoice:
    """Choose the scale to cluster a frame (n, n_features) at, given feature types and sizes of categories."""
    scale = Scale(share=0.05, factor=0.5)
    parameters = scale.of(len(frame))
    row = {
        "share": scale.share,
        "factor": scale.factor,
        "min_cluster_size": parameters.min_cluster_size,
        "min_samples": parameters.min_samples,
        "is_chosen": True,
    }
    return ScaleChoice(scale, [row], "min_samples is half the square root of the number of records")
