"""How long a load lasts, so that enough answers come, and when there are too few to be compared."""

from __future__ import annotations

import math
from typing import NamedTuple

from benchmarks.serving.absent import AbsentError
from benchmarks.serving.load import SINGLE, Case, Load

MANY_ROWS = 1_000
"""Requests of more records are few: their load lasts twice as long."""

ENOUGH, WAVE, LONGEST_S = 2, 2.2, 12.0
"""A figure needs so many answers to each connection; a load lasts for a little more than that, since some
peers answer nobody before they have computed everybody; but none is drawn out beyond this."""

FEW = 10
"""Where fewer answers than this come to each connection, time ends with the last of them."""


class Plan(NamedTuple):
    """How long a load lasts, whether its time ends with its last answer, and how many answers it needs."""

    seconds: float
    until_last: bool
    fewest: int


def plan(case: Case, per_s: float, *, seconds: float) -> Plan:
    """Plan a load of which so many answers a second are expected, to last so long at least."""
    least_s = 2 * seconds if case.records > MANY_ROWS else seconds
    lasts_s = math.ceil(max(least_s, min(_needed_s(case, per_s), LONGEST_S)))
    is_few = lasts_s * per_s < FEW * case.connections
    # if the clock ends it, those that it cuts off must weigh little
    return Plan(lasts_s, is_few, (ENOUGH if is_few else FEW // 2) * case.connections)


def require_time(case: Case, per_s: float) -> None:
    """Refuse the load over the most connections if it cannot have enough answers in time.

    Raises
    ------
    AbsentError
        At so many answers a second it would last too long.
    """
    if case == SINGLE[-1] and _needed_s(case, per_s) > LONGEST_S:
        wave_s = case.connections / per_s if per_s else math.inf
        raise AbsentError(
            f"not tried: one answer to each connection takes about {wave_s:.0f} s, "
            f"so more than {ENOUGH} take longer than a load may last, {LONGEST_S:g} s"
        )


def require_enough(load: Load, *, seconds: float) -> None:
    """Refuse a load of so many seconds with too few answers to be compared.

    Raises
    ------
    AbsentError
        Some connections had fewer than two.
    """
    if not load.requests:
        raise AbsentError(f"it answered nothing within {seconds:.0f} s")
    if load.requests < ENOUGH * load.connections:
        raise AbsentError(
            f"too few to compare: {load.requests} answers over {load.connections} connections "
            f"in {seconds:.0f} s, where {ENOUGH} to each are needed"
        )


def _needed_s(case: Case, per_s: float) -> float:
    """Give how long it takes to answer each connection often enough."""
    return WAVE * case.connections / per_s if per_s else math.inf
