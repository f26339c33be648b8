"""The loads of one turn: one case after the other against a server that was proven right."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException

from benchmarks.serving.absent import AbsentError
from benchmarks.serving.ask import HOST, post
from benchmarks.serving.body import Bodies
from benchmarks.serving.load import Case, Load, run_wrk, to_load
from benchmarks.serving.server import Server

WARM_S, WARM_CONNECTIONS = 1.0, 16
"""Single records warm a server up; what proved it has warmed it up for more."""

MANY_ROWS = 1_000
"""Requests of more records are few: their load lasts twice as long, and ends with an answer."""

WAVE, ALONE, LONGEST_S = 1.2, 3, 12.0
"""A load lasts for so many answers to all connections, since some peers answer nobody before they have
computed everybody, and for so many to one that is alone; but none is drawn out beyond this."""


@dataclass
class Turn:
    """Loads a server.

    Parameters
    ----------
    server, port
        Whom, and where it listens.
    seconds
        How long each load lasts at least.
    """

    server: Server
    port: int
    seconds: float
    _is_cold: bool = True
    _singles_s: float = math.inf
    _alone_s: float = 0.0

    def run(self, bodies: Mapping[Case, Bodies]) -> tuple[list[Load], dict[str, str]]:
        """Measure each case; give the loads, and by name those that failed, with the reason."""
        loads, failed = [], {}
        for case, each in bodies.items():
            if loads or failed:
                self._settle(each)
            try:
                self.server.require_alive()
                loads.append(self._load(case, each))
            except AbsentError as error:
                failed[case.name] = str(error)
        return loads, failed

    def _load(self, case: Case, bodies: Bodies) -> Load:
        """Warm up, then measure."""
        url = f"http://{HOST}:{self.port}"
        if self._is_cold and case.records == 1:
            run_wrk(bodies, url, connections=WARM_CONNECTIONS, seconds=WARM_S)
            self._settle(bodies)
            self._is_cold = False
        before_s, began_s = self.server.cpu_s(), time.monotonic()
        seconds = self._seconds(case)
        said = run_wrk(
            bodies,
            url,
            connections=case.connections,
            seconds=seconds,
            until_last=case.records > MANY_ROWS,
        )
        load = to_load(case, said, self.server.cpu_s() - before_s)
        if not load.requests:
            raise AbsentError(f"it answered nothing within {time.monotonic() - began_s:.0f} s")
        if case.records == 1:
            self._singles_s = load.requests_s
        return load

    def _seconds(self, case: Case) -> float:
        """Give how long a load lasts: longer where few answers come, so that there are some."""
        wave_s = WAVE * case.connections / max(self._singles_s, 1.0) if case.records == 1 else 0.0
        least_s = 2 * self.seconds if case.records > MANY_ROWS else self.seconds
        return max(least_s, min(max(wave_s, ALONE * self._alone_s), LONGEST_S))

    def _settle(self, bodies: Bodies) -> None:
        """Wait until what was asked when a load ended is worked off; then ask alone, and take the time."""
        self.server.settle()
        began_s = time.monotonic()
        with suppress(OSError, HTTPException):
            post(self.port, bodies, 0)
        self._alone_s = time.monotonic() - began_s
