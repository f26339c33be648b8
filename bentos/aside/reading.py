"""What a process that reads the prediction log does: `bentos/aside/reader.py` asks it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pyarrow as pa

from herdbook.errors import HerdbookError
from herdbook.ledger import Ledger, open_ledger
from herdbook.prediction_log.history import find_prediction, history

logger = logging.getLogger(__name__)
pa.set_cpu_count(1)


class Asked(NamedTuple):
    """The dataset that is asked about; as JSON it is described for those who need more than its name."""

    name: str
    described: str


def answer(question: Mapping[str, Any]) -> tuple[Mapping[str, Any], bytes]:
    """Give what was asked for as JSON; the head says what went wrong, or that nothing was found."""
    try:
        found = _TASKS[question["do"]](
            _opened(question["ledger"]),
            Path(question["spool"]),
            Asked(question["name"], question["dataset"]),
            **question["asked"],
        )
    except HerdbookError as error:
        return {"error": type(error).__name__, "sentence": str(error)}, b""
    except Exception as error:  # the door of this process: it must go on whatever is asked
        logger.exception("The prediction log could not be read")
        return {"error": None, "sentence": repr(error)}, b""
    return {"is_found": found is not None}, orjson.dumps(found)


def _page(ledger: Ledger, spool: Path, dataset: Asked, **asked: Any) -> dict[str, Any]:
    page = history(ledger, spool, dataset, **asked)
    return {"predictions": page.rows, "next": page.next}


def _pedigree(ledger: Ledger, spool: Path, dataset: Asked, *, id: str) -> dict[str, Any] | None:
    from herdbook.dataset import Dataset  # noqa: PLC0415 - few ask for it, and it costs as much as all the rest
    from herdbook.pedigree import trace  # noqa: PLC0415

    row = find_prediction(ledger, spool, dataset, id)
    return None if row is None else trace(ledger, Dataset.model_validate_json(dataset.described), row)


def _find(ledger: Ledger, spool: Path, dataset: Asked, *, id: str) -> dict[str, Any] | None:
    return find_prediction(ledger, spool, dataset, id)


_TASKS = {"page": _page, "find": _find, "pedigree": _pedigree}


@cache
def _opened(url: str) -> Ledger:
    return open_ledger(url, make=False)
