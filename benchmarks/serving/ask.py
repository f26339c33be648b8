"""Asking by hand: the first right answer of a server, and whether all answers are right."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import NamedTuple

from benchmarks.serving.absent import AbsentError
from benchmarks.serving.body import AMONG, Bodies
from benchmarks.serving.server import READY_S, Server

HOST = "127.0.0.1"
PAUSE_S, AT_ONCE = 0.01, 16
UNSUPPORTED, UNPROCESSABLE = 415, 422


class Start(NamedTuple):
    """What it took from the start of the process to the first right answer."""

    wall_s: float
    cpu_s: float


class Right(NamedTuple):
    """How many of the labels that were asked for were right."""

    right: int
    asked: int


def post(port: int, bodies: Bodies, nth: int) -> tuple[int, bytes]:
    """Post one body; give status and answer."""
    with closing(http.client.HTTPConnection(HOST, port, timeout=60)) as connection:
        headers = {"Content-Type": bodies.protocol.content_type, "Accept": bodies.protocol.content_type}
        connection.request("POST", bodies.path, bodies.bodies[nth], headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def wait_first(server: Server, port: int, bodies: Bodies) -> Start:
    """Wait for the first right answer.

    Raises
    ------
    AbsentError
        The server ended, or gave none in time.
    """
    said = b"nothing"
    while time.monotonic() - server.started_s < READY_S:
        server.require_alive()
        try:
            status, said = post(port, bodies, 0)
        except (OSError, http.client.HTTPException):
            status = 0
        if status == http.client.OK and bodies.count_right(0, said):
            return Start(round(time.monotonic() - server.started_s, 3), round(server.cpu_s(), 2))
        time.sleep(PAUSE_S)
    raise AbsentError(
        f"no right answer within {READY_S:.0f} s, the longest that a start may take; "
        f"the last one: {said[:200]!r}"
    )


def count_right(port: int, bodies: Bodies, *, most: int | None = None) -> Right:
    """Ask each body once, or the first few, some at a time.

    Raises
    ------
    AbsentError
        Bodies of this type are not taken.
    """

    def ask(nth: int) -> int:
        status, said = post(port, bodies, nth)
        if status == UNSUPPORTED:
            raise AbsentError(f"it does not take {bodies.protocol.content_type}")
        return bodies.count_right(nth, said) if status == http.client.OK else 0

    labels = bodies.labels[:most]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return Right(sum(threads.map(ask, range(len(labels)))), sum(map(len, labels)))


def check_neighbours(port: int, bodies: Bodies) -> Right:
    """Ask 64 bodies at once, the last of them bad, until all were asked; each gets what is its own."""

    def is_right(nth: int) -> bool:
        status, said = post(port, bodies, nth)
        if nth % AMONG == AMONG - 1:
            return status == UNPROCESSABLE
        return status == http.client.OK and bool(bodies.count_right(nth, said))

    with ThreadPoolExecutor(AMONG) as threads:
        said = list(threads.map(is_right, range(len(bodies.bodies))))
    return Right(sum(said), len(said))
