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
from benchmarks.serving.plan import Plan, plan, require_enough, require_time
from benchmarks.serving.server import Server

WARM_S, WARM_CONNECTIONS = 1.0, 16
"""Single records warm a server up; what proved it has warmed it up for more."""

WARM_LOOKS = 20
"""So long it must rest before the first load: what it starts beside answering, once, has started then."""


@dataclass
class Turn:
    """Loads a server.

    Parameters
    ----------
    server, port
        Whom, and where it listens.
    seconds
        How long each load lasts at least.
    late_s
        How long the server is waited for after its first answers.
    """

    server: Server
    port: int
    seconds: float
    late_s: float = 0.0
    _is_cold: bool = True
    _singles_s: float | None = None
    _alone_s: float = math.inf

    def run(self, bodies: Mapping[Case, Bodies]) -> tuple[list[Load], dict[str, str]]:
        """Measure each case; give the loads, and by name those that failed, with the reason."""
        loads, failed = [], {}
        for case, each in bodies.items():
            try:
                self.server.require_alive()
                loads.append(self._load(case, each))
            except AbsentError as error:
                failed[case.name] = str(error)
        return loads, failed

    def _load(self, case: Case, bodies: Bodies) -> Load:
        """Warm up, then measure; once more if it was slower than foretold, for as long as it then needs."""
        self._warm(case, bodies)
        per_s = self._foretell(case)
        require_time(case, per_s)
        planned = plan(case, per_s, seconds=self.seconds)
        load = self._measure(case, bodies, planned)
        again = plan(case, load.requests_s, seconds=self.seconds)
        if load.requests < planned.fewest and again != planned:
            planned, load = again, self._measure(case, bodies, again)
        if case.records == 1:
            self._singles_s = load.requests_s
        require_enough(load, seconds=planned.seconds)
        return load

    def _warm(self, case: Case, bodies: Bodies) -> None:
        """Warm it up if it is cold; then ask when nobody else does, and take the time."""
        if self._is_cold and case.records == 1:
            run_wrk(bodies, self._url, connections=WARM_CONNECTIONS, seconds=WARM_S)
            time.sleep(self.late_s)
            self.server.settle(looks=WARM_LOOKS)
            self._is_cold = False
        began_s = time.monotonic()
        with suppress(OSError, HTTPException):
            post(self.port, bodies, 0)
        self._alone_s = time.monotonic() - began_s

    def _foretell(self, case: Case) -> float:
        """Foretell how many answers a second come: as in the load before, or as to one who is alone."""
        if case.records == 1 and self._singles_s is not None:
            return self._singles_s
        return 1 / self._alone_s

    def _measure(self, case: Case, bodies: Bodies, planned: Plan) -> Load:
        """Measure a load, and wait until all that was begun in it is worked off."""
        before_s = self.server.cpu_s()
        said = run_wrk(
            bodies,
            self._url,
            connections=case.connections,
            seconds=planned.seconds,
            until_last=planned.until_last,
        )
        return to_load(case, said, self.server.settle() - before_s)

    @property
    def _url(self) -> str:
        return f"http://{HOST}:{self.port}"
