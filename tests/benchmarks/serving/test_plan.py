"""How long a load lasts, and what it takes to be compared."""

from __future__ import annotations

import pytest

from benchmarks.serving.absent import AbsentError
from benchmarks.serving.load import Case, Load, to_load
from benchmarks.serving.plan import LONGEST_S, WAVE, plan, require_enough, require_time

SAID = {"seconds": 1.0, "p50_ms": 2.0, "p95_ms": 5.0, "p99_ms": 9.0, "refused": 0, "timeouts": 0, "broken": 0}


def load_of(case: Case, *, requests: int, begun: int) -> Load:
    """Make what a load of a second, which took one of CPU, came to."""
    return to_load(case, SAID | {"requests": requests, "begun": begun}, 1.0)


@pytest.mark.parametrize("wave_s", [0.3, 0.6, 0.9, 1.1, 1.3, 2.2, 4.0])
def test_peer_that_answers_in_waves_has_two_and_time_ends_with_the_last(wave_s: float) -> None:
    """Between two waves nothing comes, so a clock would round down; whoever is slow gets more of it."""
    found = plan(Case(64), 64 / wave_s, seconds=1.0)

    assert found.seconds >= 2 * wave_s
    assert found.until_last
    assert found.fewest == 2 * 64


def test_fast_server_is_measured_by_the_clock() -> None:
    """Of thousands of answers those that are cut off weigh nothing; nothing is drawn out."""
    assert plan(Case(64), 3_000.0, seconds=2.0) == (2, False, 5 * 64)


def test_requests_of_many_records_last_twice_as_long() -> None:
    """There are few of them, even of who is fast."""
    assert plan(Case(2, 10_000), 3.0, seconds=2.0) == (4, True, 4)


@pytest.mark.parametrize("per_s", [0.0, 0.01])
def test_load_that_needs_too_long_ends(per_s: float) -> None:
    """Whatever was foretold, there is an end."""
    assert plan(Case(2, 10_000), per_s, seconds=1.0).seconds == LONGEST_S


def test_most_connections_are_not_tried_where_waves_take_too_long() -> None:
    """It says how long a wave takes; fewer connections are tried whatever is foretold."""
    enough = WAVE * 256 / LONGEST_S

    require_time(Case(256), enough + 0.1)
    require_time(Case(64), 0.1)
    with pytest.raises(AbsentError, match="not tried: one answer to each connection takes about 26 s"):
        require_time(Case(256), 10.0)


def test_load_with_fewer_than_two_answers_a_connection_is_not_compared() -> None:
    """One that is answered while others wait says little about either."""
    require_enough(load_of(Case(64), requests=128, begun=192), seconds=1.0)

    with pytest.raises(AbsentError, match="too few to compare: 127 answers over 64 connections in 1 s"):
        require_enough(load_of(Case(64), requests=127, begun=191), seconds=1.0)
    with pytest.raises(AbsentError, match="answered nothing"):
        require_enough(load_of(Case(1), requests=0, begun=1), seconds=1.0)


def test_requests_that_the_clock_cut_off_bear_their_share_of_cpu() -> None:
    """What is computed for nobody is charged to as many requests as were begun."""
    assert load_of(Case(2, 10_000), requests=2, begun=4).cpu_us == 250_000.0
