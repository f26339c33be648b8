"""What a running service has done so far, in one line."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from urllib.parse import urlsplit

ANSWER_S = 1.0
COUNTER = "herdbook_predictions_total{"


class Tally:
    """Ask the service at a URL; `host` is the Host header, if another than the URL's."""

    def __init__(self, url: str, *, host: str | None = None) -> None:
        self._address = urlsplit(url)
        self._headers = {"Host": host} if host else {}
        self._said: tuple[str, ...] = ()

    def read(self) -> Sequence[str]:
        """Say who serves and how much was answered; what was said before, while the service is too busy."""
        try:
            health = json.loads(self._get("/health"))
            count = count_predictions(self._get("/metrics").decode(errors="replace"))
            self._said = (say_tally(health, count),)
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            pass
        return self._said

    def _get(self, path: str) -> bytes:
        address = self._address
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=ANSWER_S)
        try:
            connection.request("GET", path, headers=self._headers)
            return connection.getresponse().read()
        finally:
            connection.close()


def count_predictions(metrics: str) -> int:
    r"""Add up the predictions of every model and label, as Prometheus' text has them.

    >>> lines = ['herdbook_predictions_total{label="cow"} 2.0', 'herdbook_predictions_total{label="hen"} 3.0']
    >>> count_predictions("\n".join(lines))
    5
    """
    lines = (line for line in metrics.splitlines() if line.startswith(COUNTER))
    return round(sum(float(line.rpartition(" ")[2]) for line in lines))


def say_tally(health: dict[str, object], count: int) -> str:
    """Say it.

    >>> say_tally({"model": "animals:3f2a9c01d4b7", "generation": 2}, 1)
    'animals:3f2a9c01d4b7 (generation 2) serves; 1 prediction answered'
    """
    generation = health["generation"]
    by = "" if generation is None else f" (generation {generation})"
    return f"{health['model']}{by} serves; {count:,} {'prediction' if count == 1 else 'predictions'} answered"
