"""Synthetic animals: batches of columns, drawn record by record from fixed places in the stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_provider import kind as kinds
from data_provider.draw import Bits, Draws, to_coin, to_fraction, to_integer, to_range

Scenario = Literal["baseline", "heavier", "new_kind", "broken_sensor"]

BATCH_ROWS = 16_384
DEFAULT_NOISE = 0.05

HEAVIER_FACTOR = 1.3
NEWCOMER_SHARE = 0.2
BROKEN_SHARE = 0.3
BROKEN_WEIGHT_KG = 0.0


class Lane(IntEnum):
    """Which of a record's draws decides what."""

    IS_NOISE = 0
    KIND = 1
    HEIGHT = 2
    WEIGHT = 3
    NOISE_LEGS = 4
    NOISE_WINGS = 5
    NOISE_TAIL = 6
    SCENARIO = 7


@dataclass(frozen=True)
class Herd:
    """What decides every record: how many, from which seed, with how much noise, in which scenario.

    The scenarios: `heavier` makes every animal 1.3 times as heavy; `new_kind` makes a fifth of the animals
    ostriches; under `broken_sensor` the scale answers 0 kg for three records in ten. Noise replaces single
    records and leaves the others as they are, and so do the scenarios.
    """

    seed: int
    n_records: int
    scenario: Scenario = "baseline"
    noise: float = DEFAULT_NOISE


class Batch(NamedTuple):
    """Some records as columns, named and ordered as in the contract; the kind is for evaluation only."""

    walks_on_n_legs: NDArray[np.int64]
    height: NDArray[np.float64]
    weight: NDArray[np.float64]
    has_wings: NDArray[np.bool_]
    has_tail: NDArray[np.bool_]
    kind: NDArray[np.str_]

    def columns(self, *, include_kind: bool) -> dict[str, NDArray[np.generic]]:
        """Give the columns by name, with or without the kind."""
        named: dict[str, NDArray[np.generic]] = dict(self._asdict())
        if not include_kind:
            del named["kind"]
        return named


def generate(herd: Herd) -> Iterator[Batch]:
    """Yield the herd in batches; memory is bound by a batch, not by the herd."""
    draws = Draws(herd.seed, len(Lane))
    for start in range(0, herd.n_records, BATCH_ROWS):
        yield _measure(herd, draws.take(min(BATCH_ROWS, herd.n_records - start)))


def _measure(herd: Herd, draws: Bits) -> Batch:
    kind = _choose_kind(herd, draws)
    is_noise = kind == kinds.NOISE_INDEX
    fewest, most = kinds.NOISE_LEGS
    noise_legs = fewest + to_integer(draws[:, Lane.NOISE_LEGS], most - fewest + 1)
    return Batch(
        walks_on_n_legs=np.where(is_noise, noise_legs, kinds.LEGS[kind]),
        height=to_range(draws[:, Lane.HEIGHT], kinds.HEIGHTS_M[kind]),
        weight=_weigh(herd, draws, kind),
        has_wings=np.where(is_noise, to_coin(draws[:, Lane.NOISE_WINGS]), kinds.WINGS[kind]),
        has_tail=~is_noise | to_coin(draws[:, Lane.NOISE_TAIL]),
        kind=kinds.NAMES[kind],
    )


def _choose_kind(herd: Herd, draws: Bits) -> NDArray[np.int64]:
    kind = to_integer(draws[:, Lane.KIND], len(kinds.KINDS))
    if herd.scenario == "new_kind":
        kind[to_fraction(draws[:, Lane.SCENARIO]) < NEWCOMER_SHARE] = kinds.NEWCOMER_INDEX
    kind[to_fraction(draws[:, Lane.IS_NOISE]) < herd.noise] = kinds.NOISE_INDEX
    return kind


def _weigh(herd: Herd, draws: Bits, kind: NDArray[np.int64]) -> NDArray[np.float64]:
    weight_kg = to_range(draws[:, Lane.WEIGHT], kinds.WEIGHTS_KG[kind])
    if herd.scenario == "heavier":
        weight_kg[kind != kinds.NOISE_INDEX] *= HEAVIER_FACTOR
    if herd.scenario == "broken_sensor":
        weight_kg[to_fraction(draws[:, Lane.SCENARIO]) < BROKEN_SHARE] = BROKEN_WEIGHT_KG
    return weight_kg
