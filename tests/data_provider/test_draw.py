"""Draws: raw bits and the numbers that are made of them."""

from __future__ import annotations

import numpy as np
import pytest

from data_provider.draw import HIGHEST_SEED, LOWEST_SEED, Draws, to_coin, to_fraction, to_integer, to_range

LOWEST_AND_HIGHEST = np.array([0, 2**64 - 1], dtype=np.uint64)


def test_draws_golden_bits_are_kept() -> None:
    """The stream of seed 0 is PCG64's, as it has been since NumPy 1.17."""
    draws = Draws(0, lanes=2)

    taken = draws.take(2)

    assert taken.tolist() == [
        [11749869230777074271, 4976686463289251617],
        [755828109848996024, 304881062738325533],
    ]


@pytest.mark.parametrize("seed", [LOWEST_SEED, -1, 0, HIGHEST_SEED])
def test_draws_every_seed_has_a_stream_of_its_own(seed: int) -> None:
    """Negative seeds and the largest ones work, and neighbours differ."""
    neighbour = seed - 1 if seed == HIGHEST_SEED else seed + 1

    taken, others = Draws(seed, lanes=8).take(4), Draws(neighbour, lanes=8).take(4)

    assert not (taken == others).any()


def test_to_fraction_stays_below_one() -> None:
    """The smallest bits give 0, the largest the last number below 1."""
    fractions = to_fraction(LOWEST_AND_HIGHEST)

    assert fractions.tolist() == [0.0, 1.0 - 2.0**-53]


def test_to_integer_covers_all_and_no_more() -> None:
    """The smallest bits give 0, the largest n - 1, and all are equally likely in between."""
    bits = Draws(1, lanes=1).take(50_000)[:, 0]

    counts = np.bincount(to_integer(bits, 5), minlength=5)

    assert to_integer(LOWEST_AND_HIGHEST, 5).tolist() == [0, 4]
    assert counts.sum() == 50_000
    assert np.abs(counts - 10_000).max() < 400


def test_to_coin_is_fair() -> None:
    """Heads come up in half of many draws."""
    bits = Draws(2, lanes=1).take(50_000)[:, 0]

    share = to_coin(bits).mean()

    assert share == pytest.approx(0.5, abs=0.01)


def test_to_range_keeps_to_the_range() -> None:
    """Neither end is passed, even where rounding could."""
    ranges = np.array([[0.037, 4.2], [0.037, 4.2]])

    low, high = to_range(LOWEST_AND_HIGHEST, ranges)

    assert low == 0.037
    assert 4.2 - 1e-12 < high <= 4.2
