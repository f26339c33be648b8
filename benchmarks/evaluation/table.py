"""Tables drawn from populations whose class probabilities are known, so that the truth of a score is too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Population:
    """Where records come from: `draw` gives features (n, d), `posterior` their class probabilities (n, k)."""

    draw: Callable[[int, np.random.Generator], Floats]
    posterior: Callable[[Floats], Floats]

    def table(
        self, n: int, generator: np.random.Generator, *, fewest: int
    ) -> tuple[Floats, NDArray[np.int64]]:
        """Draw features and classes; again if a class has fewer than `fewest` records."""
        while True:
            frame = self.draw(n, generator)
            posterior = self.posterior(frame)
            y = (posterior.cumsum(axis=1) < generator.random((n, 1))).sum(axis=1)
            counts = np.bincount(y, minlength=posterior.shape[1])
            if len(counts) == posterior.shape[1] and counts.min() >= fewest:
                return frame, y


def blobs(k: int, d: int, *, apart: float, shares: tuple[float, ...] = (), seed: int) -> Population:
    """Make normal classes of unit spread whose centres scatter by `apart` in each of `d` features."""
    generator = np.random.default_rng(seed)
    centres = generator.normal(0, apart, (k, d))
    prior = np.array(shares or (1 / k,) * k)

    def draw(n: int, generator: np.random.Generator) -> Floats:
        return centres[generator.choice(k, n, p=prior)] + generator.normal(size=(n, d))

    def posterior(frame: Floats) -> Floats:
        squares = ((frame[:, None] - centres) ** 2).sum(axis=2)
        return softmax(np.log(prior) - squares / 2, axis=1)

    return Population(draw, posterior)


def curved(k: int, d: int, *, steep: float, tail: bool = False, noise: float = 0.0, seed: int) -> Population:
    """Make classes whose log-odds bend: sines and products of features; lognormal features where `tail`.

    `noise` is the share of labels that are given at random.
    """
    generator = np.random.default_rng(seed)
    line, bend = generator.normal(size=(d, k)), generator.normal(size=(d, k))

    def draw(n: int, generator: np.random.Generator) -> Floats:
        frame = generator.normal(size=(n, d))
        return np.exp(frame) if tail else frame

    def posterior(frame: Floats) -> Floats:
        plain = np.log(frame) if tail else frame
        odds = plain @ line + np.sin(2 * plain) @ bend + 0.5 * plain * np.roll(plain, 1, axis=1) @ bend
        return (1 - noise) * softmax(steep * odds, axis=1) + noise / k

    return Population(draw, posterior)
