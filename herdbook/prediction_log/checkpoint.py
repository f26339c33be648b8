"""Checkpoints of the index: what is live after so many entries, in few objects that never change.

A checkpoint is a numbered create-only object. It sums up *sheets*, each of which lists segments of one date
in an object named by its content; a date in which nothing changes keeps its sheets from one checkpoint to
the next. A checkpoint says nothing that the entries do not say: whoever cannot find one reads them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from herdbook import document, keys
from herdbook.errors import FormatUnknownError, KeyTakenError
from herdbook.ledger import Ledger
from herdbook.prediction_log.entry import Checkpoint, SegmentEntry, Sheet, SheetList, sheet_of
from herdbook.prediction_log.numbered import last_number

SHEET_SEGMENTS = 2_048
"""Most segments of a sheet: its object stays far below the largest that a ledger takes."""

NOTHING = Checkpoint(through=0, sheets=())

T = TypeVar("T", bound=BaseModel)


def last_checkpoint(ledger: Ledger, dataset: str, known: int) -> int:
    """Find the number of the latest checkpoint, 0 if there is none."""

    def exists(number: int) -> bool:
        return ledger.stat(keys.segment_checkpoint(dataset, number)) is not None

    return last_number(exists, known)


def read_checkpoint(ledger: Ledger, dataset: str, number: int) -> Checkpoint:
    """Read a checkpoint; number 0 holds nothing."""
    return NOTHING if number == 0 else _read(ledger, keys.segment_checkpoint(dataset, number), Checkpoint)


def read_sheet(ledger: Ledger, dataset: str, sheet: Sheet) -> tuple[SegmentEntry, ...]:
    """Read the segments of a sheet, also those that were replaced since."""
    return _read(ledger, keys.segment_sheet(dataset, sheet.date, sheet.sha256), SheetList).segments


def write_sheets(ledger: Ledger, dataset: str, segments: Iterable[SegmentEntry]) -> list[Sheet]:
    """List the segments of one date in as many sheets as that takes, in the order of their ids."""
    ordered = sorted(segments, key=lambda each: (each.min_id, each.name))
    cuts = range(0, len(ordered), SHEET_SEGMENTS)
    return [_write_sheet(ledger, dataset, ordered[cut : cut + SHEET_SEGMENTS]) for cut in cuts]


def write_checkpoint(ledger: Ledger, dataset: str, number: int, checkpoint: Checkpoint) -> None:
    """Store a checkpoint; another that was first under this number is as good."""
    try:
        ledger.create(keys.segment_checkpoint(dataset, number), checkpoint.model_dump_json().encode())
    except KeyTakenError:
        return


def _write_sheet(ledger: Ledger, dataset: str, segments: Sequence[SegmentEntry]) -> Sheet:
    body = SheetList(segments=tuple(segments)).model_dump_json().encode()
    sheet = sheet_of(tuple(segments), hashlib.sha256(body).hexdigest())
    ledger.create(keys.segment_sheet(dataset, sheet.date, sheet.sha256), body)
    return sheet


def _read(ledger: Ledger, key: str, kind: type[T]) -> T:
    held = document.read(ledger, key)
    try:
        return kind.model_validate(held)
    except ValidationError:
        raise FormatUnknownError(key, got="another shape", expected=f"a {kind.__name__}") from None
