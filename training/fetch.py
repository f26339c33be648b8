"""Records from a data service over HTTP, patiently: timeouts, retries, and a bound on what it may send."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any, NoReturn

import httpx

from herdbook.errors import SourceError
from herdbook.settings import LOOPBACK
from herdbook.source import HttpSource

MOST_BODY_BYTES = 512 * 2**20
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 30.0
RETRIED = (408, 425, 429, 500, 502, 503, 504)
ANSWER_FACTOR = 10
"""A whole answer may take this many times the source's `timeout_s`, which bounds each single wait."""


class _Hiccup(Exception):  # noqa: N818 - it is no error until the retries are used up
    """Something that may go away when asked again."""

    def __init__(self, problem: str, pause_s: float | None = None) -> None:
        super().__init__(problem)
        self.pause_s = pause_s


def fetch_records(source: HttpSource) -> list[dict[str, Any]]:
    """POST the source's request, exactly as declared, and give the records of its JSON answer.

    Asking is safe to repeat, since the contract's POST changes nothing: refused connections, timeouts, broken
    answers and the statuses of `RETRIED` are tried again with growing pauses.

    Raises
    ------
    SourceError
        It cannot be reached, refuses the request, or its answer is no JSON array of records.
    """
    return _parse_records(source, _fetch_body(source))


def name_source(source: HttpSource) -> str:
    """Give the source's URL without a user name or password in it."""
    url = _parse_url(source)
    return str(url.copy_with(username=None, password=None)) if url.userinfo else source.url


def _fetch_body(source: HttpSource) -> bytes:
    url = _parse_url(source)
    # A proxy of the environment cannot reach this machine's own loopback.
    with httpx.Client(timeout=source.timeout_s, trust_env=url.host not in LOOPBACK) as client:
        for attempt in range(source.retries + 1):
            try:
                return _try_once(client, url, source)
            except _Hiccup as hiccup:
                if attempt == source.retries:
                    _give_up(source, f"{hiccup}, in {attempt + 1} attempts")
                growing_s = FIRST_PAUSE_S * 2**attempt
                time.sleep(min(hiccup.pause_s or growing_s, LONGEST_PAUSE_S))
            except httpx.RequestError as error:
                _give_up(source, f"its answer cannot be read ({error})")
    raise AssertionError("the loop ends by its last attempt")


def _try_once(client: httpx.Client, url: httpx.URL, source: HttpSource) -> bytes:
    headers = {"Accept": "application/json"}
    try:
        with client.stream("POST", url, json=source.request, headers=headers) as response:
            if response.status_code in RETRIED:
                raise _Hiccup(f"it answers with status {response.status_code}", _asked_pause_s(response))
            if response.status_code != 200:
                _refused(source, response)
            return _read_bounded(source, response)
    except httpx.TimeoutException:
        raise _Hiccup(f"it does not answer within {source.timeout_s:g} s") from None
    except httpx.TransportError as error:
        raise _Hiccup(f"it cannot be reached ({error})") from None


def _read_bounded(source: HttpSource, response: httpx.Response) -> bytes:
    started_s = time.monotonic()
    body = bytearray()
    for piece in response.iter_bytes():
        body += piece
        if len(body) > MOST_BODY_BYTES:
            cure = "ask for fewer records in `source.request`"
            _give_up(source, f"its answer is larger than {MOST_BODY_BYTES // 2**20} MiB", cure=cure)
        if time.monotonic() - started_s > ANSWER_FACTOR * source.timeout_s:
            raise _Hiccup(f"its answer is not complete after {ANSWER_FACTOR * source.timeout_s:g} s")
    return bytes(body)


def _refused(source: HttpSource, response: httpx.Response) -> NoReturn:
    said = next(response.iter_bytes(500), b"").decode("utf-8", errors="replace").strip()
    _give_up(
        source, f"it answers with status {response.status_code}: {said or 'nothing'}", cure="mend `source`"
    )


def _asked_pause_s(response: httpx.Response) -> float | None:
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isascii() and asked.isdigit() else None


def _parse_records(source: HttpSource, body: bytes) -> list[dict[str, Any]]:
    try:
        answer = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        _give_up(source, f"its answer is not JSON ({error})", cure="check `source.url`")
    if not isinstance(answer, list) or not answer:
        got = "an empty array" if answer == [] else type(answer).__name__
        _give_up(source, f"expected a JSON array of records, got {got}", cure="check `source`")
    for number, record in _others(answer):
        _give_up(
            source, f"record {number} is {record!r:.60}, expected a JSON object", cure="check `source.url`"
        )
    return answer


def _others(answer: list[Any]) -> Iterator[tuple[int, object]]:
    return ((number, record) for number, record in enumerate(answer) if not isinstance(record, dict))


def _refuse_constant(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _parse_url(source: HttpSource) -> httpx.URL:
    try:
        return httpx.URL(source.url)
    except httpx.InvalidURL as error:
        raise SourceError(source.url, problem=f"it is no URL ({error})", cure="mend `source.url`") from None


def _give_up(
    source: HttpSource, problem: str, *, cure: str = "start the data service, or check `source.url`"
) -> NoReturn:
    raise SourceError(name_source(source), problem=problem, cure=cure) from None
