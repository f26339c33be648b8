"""One contestant in one round: start, prove that it is right, warm up, measure each case, stop."""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from http.client import HTTPException
from pathlib import Path
from typing import Any

from benchmarks.serving.absent import AbsentError
from benchmarks.serving.ask import HOST, check_neighbours, count_right, wait_first
from benchmarks.serving.body import Bodies, make_bodies, spoil
from benchmarks.serving.export import Kit
from benchmarks.serving.load import ARROW_BULK, BULK, ONE_BAD, SINGLE, Case
from benchmarks.serving.protocol import OURS_ARROW
from benchmarks.serving.roster import EMPTY, OURS, UNLOGGED, Contestant
from benchmarks.serving.run import Site, start
from benchmarks.serving.turn import Turn

FIRST, LATER = 64, 2
"""So many bodies of each kind prove a server in its first round, and in later ones."""

LAST = Case(256)
"""Comes after all others: a slow server has most to work off after it, and by then is known to be slow."""

QUICK = (Case(1), Case(64), Case(2, 10_000))


def cases_of(contestant: Contestant, *, is_quick: bool) -> Sequence[Case]:
    """List what is measured of a contestant."""
    if contestant in (EMPTY, UNLOGGED):
        return QUICK[:2] if is_quick else SINGLE
    if is_quick:
        return QUICK
    more = (*BULK, *ARROW_BULK, ONE_BAD) if contestant == OURS else BULK
    return (*(case for case in SINGLE if case != LAST), *more, LAST)


def measure(
    contestant: Contestant, kit: Kit, site: Site, *, seconds: float, is_quick: bool, is_first: bool
) -> dict[str, Any]:
    """Measure a contestant once; gives JSON. In its first round it is asked everything before.

    Raises
    ------
    AbsentError
        It cannot be installed or started, or its answers are wrong.
    """
    began_s, took_s = time.monotonic(), {}
    with ExitStack() as stack:
        made = tempfile.TemporaryDirectory(dir=site.scratch, prefix=f"{contestant.name}-")
        site = replace(site, scratch=Path(stack.enter_context(made)))
        port = free_port()
        bodies = _make_all(contestant, kit, site.scratch, cases_of(contestant, is_quick=is_quick))
        server = start(contestant, kit, site, port=port, stack=stack)
        first = wait_first(server, port, next(iter(bodies.values())))
        took_s["start"] = time.monotonic() - began_s
        missing = _prove(port, bodies, most=FIRST if is_first else LATER)
        took_s["proof"] = time.monotonic() - began_s - took_s["start"]
        loads, broken = Turn(server, port, seconds, late_s=contestant.late_s).run(
            {case: each for case, each in bodies.items() if case.name not in missing}
        )
        memory = server.memory()
        took_s["loads"] = time.monotonic() - began_s - sum(took_s.values())
    took_s["stop"] = time.monotonic() - began_s - sum(took_s.values())
    return {
        "start": first._asdict(),
        "memory": asdict(memory),
        "missing": missing | broken,
        "loads": [load.to_json() for load in loads],
        "took_s": {part: round(each, 1) for part, each in took_s.items()},
    }


def _make_all(contestant: Contestant, kit: Kit, folder: Path, cases: Sequence[Case]) -> dict[Case, Bodies]:
    """Make the bodies of all cases; those that ask for the same share them."""
    made: dict[tuple[int, str], Bodies] = {}
    for case in cases:
        key = (case.records, case.form)
        if key in made:
            continue
        if case == ONE_BAD:
            made[key] = spoil(made[1, "json"], folder / case.name)
        else:
            protocol = OURS_ARROW if case.form == "arrow" else contestant.protocol
            made[key] = make_bodies(kit, protocol, case.records, folder / case.name)
    return {case: made[case.records, case.form] for case in cases}


def _prove(port: int, bodies: dict[Case, Bodies], *, most: int | None) -> dict[str, str]:
    """Ask each body, or so many of each kind, once; give by name the cases that cannot be measured, and why.

    Raises
    ------
    AbsentError
        Single records are answered wrong: nothing else counts then.
    """
    missing: dict[str, str] = {}
    found: dict[int, str | None] = {}
    for case, each in bodies.items():
        if id(each) not in found:
            found[id(each)] = _problem(port, each, most=most, is_spoiled=case == ONE_BAD)
        if (problem := found[id(each)]) is not None:
            missing[case.name] = problem
    if problem := missing.get(next(iter(bodies)).name):
        raise AbsentError(problem)
    return missing


def _problem(port: int, bodies: Bodies, *, most: int | None, is_spoiled: bool) -> str | None:
    try:
        found = check_neighbours(port, bodies) if is_spoiled else count_right(port, bodies, most=most)
    except (AbsentError, HTTPException, OSError, ValueError, LookupError, TypeError) as error:
        return str(error) or type(error).__name__
    return None if found.right == found.asked else f"{found.asked - found.right} of {found.asked} are wrong"


def free_port() -> int:
    """Find three free ports in a row and give the first: some servers listen on more than one."""
    while True:
        with socket.socket() as one, socket.socket() as two, socket.socket() as three:
            one.bind((HOST, 0))
            port = int(one.getsockname()[1])
            try:
                two.bind((HOST, port + 1))
                three.bind((HOST, port + 2))
            except (OSError, OverflowError):
                continue
            return port
