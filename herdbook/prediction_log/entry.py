"""What the index consists of: segments, entries, sheets of segments, and checkpoints."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

CLOCK_SLACK_US = 60_000_000
"""By how much the clocks of two machines that share a ledger may differ."""

MOST_NAMES = 64
"""A sheet that holds more labels or models than so many does not name them."""


class Reach(BaseModel):
    """How far the rows of something reach, whatever it is: a segment, or a sheet of many."""

    model_config = ConfigDict(frozen=True, protected_namespaces=())

    date: str
    rows: int
    min_id: str
    max_id: str
    min_time_us: int
    max_time_us: int
    models: tuple[str, ...] | None
    """Which models answered in it; None if that is not known."""
    labels: tuple[str, ...] | None
    """Which labels were answered in it; None if that is not known."""


class SegmentEntry(Reach):
    """One segment: where it is and what can be in it."""

    name: str
    size_bytes: int
    models: tuple[str, ...]
    labels: tuple[str, ...]
    n_keys: int | None = None
    """Different keys of its records: 0 if none has one; None in what was sealed before they were counted."""

    @property
    def place(self) -> str:
        """Where it lies among the dataset's segments; a name may come under two dates."""
        return f"{self.date}/{self.name}"


class IndexEntry(BaseModel):
    """One entry: the segments of one sealed spool file, or one segment instead of several small ones.

    Format 1 only adds; format 2 also replaces.
    """

    model_config = ConfigDict(frozen=True)

    format: Literal[1, 2] = 1
    time_us: int
    source: str
    nonce: str
    segments: tuple[SegmentEntry, ...]
    replaces: tuple[str, ...] = ()
    """Places of segments whose rows lie in this entry's segments from now on."""

    @property
    def newest_us(self) -> int:
        """No prediction in this entry, or in one before it, was made later than this."""
        return self.time_us + CLOCK_SLACK_US


class Sheet(Reach):
    """Some segments of one date that were live at a checkpoint; they are listed in an object of its own."""

    segments: int
    sha256: str
    size_bytes: int | None = None
    """Of all its segments; None in what was summed up before they were counted."""


class SheetList(BaseModel):
    """The object behind a sheet."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    segments: tuple[SegmentEntry, ...]


class Checkpoint(BaseModel):
    """All that was live after entry `through`, so that a reader need not read the entries up to it."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    through: int
    sheets: tuple[Sheet, ...]


def sheet_of(segments: tuple[SegmentEntry, ...], sha256: str) -> Sheet:
    """Sum up segments of one date."""
    return Sheet(
        date=segments[0].date,
        rows=sum(each.rows for each in segments),
        min_id=min(each.min_id for each in segments),
        max_id=max(each.max_id for each in segments),
        min_time_us=min(each.min_time_us for each in segments),
        max_time_us=max(each.max_time_us for each in segments),
        models=_joined([each.models for each in segments]),
        labels=_joined([each.labels for each in segments]),
        segments=len(segments),
        sha256=sha256,
        size_bytes=sum(each.size_bytes for each in segments),
    )


def _joined(names: list[tuple[str, ...]]) -> tuple[str, ...] | None:
    every = sorted({name for each in names for name in each})
    return tuple(every) if len(every) <= MOST_NAMES else None
