"""What the process that seals does: `bentos/seal.py` asks it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from herdbook.errors import HerdbookError, StoreAwayError
from herdbook.ledger import Ledger, open_ledger
from herdbook.prediction_log.compaction import tidy
from herdbook.prediction_log.segment import seal_file
from herdbook.prediction_log.spool import spool_files

TURN_S = 2.0
"""So long at most it seals before it says how it goes."""


def answer(question: Mapping[str, Any]) -> tuple[Mapping[str, Any], bytes]:
    """Seal for a turn, or tidy up for a turn."""
    if question["do"] == "seal":
        return _seal(question["ledger"], Path(question["folder"])), b""
    return _tidy(question["ledger"], question["dataset"]), b""


def _seal(url: str, folder: Path) -> dict[str, Any]:
    """Seal every free file, the oldest first, until all are or the turn is over."""
    told: dict[str, Any] = {"sealed": 0, "away": None, "troubles": {}}
    until_s = time.monotonic() + TURN_S
    for path in spool_files(folder):
        try:
            told["sealed"] += seal_file(_opened(url), path) is not None
        except StoreAwayError as error:
            return told | {"away": str(error)}
        except Exception as error:  # noqa: BLE001 - the door of this process: one bad file must not stop the others
            told["troubles"][path.name] = _sentence(error)
        if time.monotonic() > until_s:
            break
    return told


def _tidy(url: str, dataset: str) -> dict[str, Any]:
    try:
        return {"more": tidy(_opened(url), dataset), "trouble": None}
    except StoreAwayError:  # which sealing will say
        return {"more": False, "trouble": None}
    except Exception as error:  # noqa: BLE001 - what cannot be merged is read as it is
        return {"more": False, "trouble": _sentence(error)}


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, HerdbookError) else repr(error)


@cache
def _opened(url: str) -> Ledger:
    return open_ledger(url, make=False)
