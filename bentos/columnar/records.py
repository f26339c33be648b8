"""A table of records as what the batcher takes; a row that is not plainly right is judged as JSON.

So there is one set of rules: whatever the columns cannot accept at a glance is written as the JSON that would
say the same, and the reader of JSON says what is wrong with it, in its words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import isfinite
from typing import Any

import numpy as np
import orjson
import pyarrow as pa

from bentos.columnar import column, parquet, stream
from bentos.columnar.column import Floats, Mask
from bentos.columnar.limits import Limits
from bentos.columnar.media import ARROW, PARQUET
from bentos.columnar.pick import Picked, pick
from bentos.columnar.refusal import readable
from bentos.decode import ERRORS, RECORDS, Decoder
from bentos.exchange import Decoded
from bentos.refusal import LONGEST_SHOWN
from herdbook.dataset import Dataset
from herdbook.errors import Fault, HerdbookError, RecordError
from herdbook.record import KEY, LONGEST_KEY

BLOCK_ROWS = 1_000
"""So many rows are judged as JSON at once; a thousand doubtful rows are rare, and their texts may be long."""

NO_NUMBER: list[Any] = []
"""Stands for NaN and infinity, which JSON does not have, in a record that is to be refused for it."""

READERS = {ARROW: stream.read_stream, PARQUET: parquet.read_parquet}
FORMS = {ARROW: stream.FORM, PARQUET: parquet.FORM}
Values = Mapping[str, Callable[[int], Any]]


class Columns:
    """Reads bodies of columns of one dataset.

    Parameters
    ----------
    decoder
        Judges what is doubtful.
    """

    def __init__(self, decoder: Decoder, dataset: Dataset, limits: Limits) -> None:
        self._decoder, self._dataset, self._limits = decoder, dataset, limits
        self._has_key = KEY not in dataset.feature_names
        self._known = frozenset(dataset.feature_names) | ({KEY} if self._has_key else set())
        self._required = {feature.name for feature in dataset.features if not feature.missing}
        declared = (len(value) for feature in dataset.features for value in feature.values)
        self._longest_text = max(LONGEST_KEY, LONGEST_SHOWN, *declared, 0) + 1

    def decode(self, media_type: str, body: bytes, *, is_inline: bool) -> Decoded:
        """Read a body of records.

        Raises
        ------
        UndecodableError
            It is not of the media type, or damaged.
        ParameterError
            One of its columns is of a type that no record has, there are two of one name, or it is cut into
            too many pieces.
        TooManyRecordsError, BodyTooLargeError
            It has more records, or more bytes once unpacked, than one request may have.
        RecordError
            A record is wrong, and inline errors are not asked for.
        """
        # types that pyarrow can read, but not all of its functions can take, are the body's fault too
        with readable(FORMS[media_type]):
            return self._decode(media_type, body, is_inline=is_inline)

    def _decode(self, media_type: str, body: bytes, *, is_inline: bool) -> Decoded:
        table, picked = READERS[media_type](body, self._limits, partial(pick, known=self._known))
        arrays = {
            name: column.whole(table[name], max_bytes=self._limits.max_plain_bytes)
            for name in table.column_names
        }
        frame, keys, doubtful = self._read(arrays, table.num_rows)
        if picked.n_left_out or not self._required <= arrays.keys() <= self._known:
            doubtful[:] = True
        plain = Decoded(frame, keys, len(frame), {}, is_inline=is_inline)
        return self._judged(arrays, picked, plain, doubtful) if doubtful.any() else plain

    def _read(self, arrays: Mapping[str, pa.Array], n_rows: int) -> tuple[Floats, list[str | None], Mask]:
        frame = np.full((n_rows, len(self._dataset.features)), np.nan)
        doubtful = np.zeros(n_rows, dtype=np.bool_)
        for place, feature in enumerate(self._dataset.features):
            if feature.name in arrays:
                frame[:, place], wrong = column.frame_column(arrays[feature.name], feature)
                doubtful |= wrong
        keys: list[str | None] = [None] * n_rows
        if self._has_key and KEY in arrays:
            keys, wrong = column.key_column(arrays[KEY])
            doubtful |= wrong
        return frame, keys, doubtful

    def _judged(
        self, arrays: Mapping[str, pa.Array], picked: Picked, plain: Decoded, doubtful: Mask
    ) -> Decoded:
        """Have the doubtful rows judged; keep the others, and those that turn out to be right."""
        values = {
            name: column.value_at(array, longest_text=self._longest_text) for name, array in arrays.items()
        }
        places = np.flatnonzero(doubtful)
        refused: dict[int, HerdbookError] = {}
        for first in range(0, len(places), BLOCK_ROWS):
            block = places[first : first + BLOCK_ROWS].tolist()
            refused |= self._judge_block(values, block, plain, n_left_out=picked.n_left_out)
        if refused and not plain.is_inline:
            raise _together(self._dataset.name, list(refused.values()))
        kept = np.ones(plain.n_records, dtype=np.bool_)
        kept[list(refused)] = False
        keys = [plain.keys[place] for place in np.flatnonzero(kept).tolist()]
        return Decoded(plain.frame[kept], keys, plain.n_records, refused, is_inline=plain.is_inline)

    def _judge_block(
        self, values: Values, places: Sequence[int], plain: Decoded, *, n_left_out: int
    ) -> dict[int, RecordError]:
        """Judge some rows; put those that are right into the frame, and give why the others are not."""
        records = [{name: _sayable(value(place)) for name, value in values.items()} for place in places]
        judged = self._decoder.decode(orjson.dumps({RECORDS: records, ERRORS: "inline"}))
        right = [place for nth, place in enumerate(places) if nth not in judged.refused]
        plain.frame[right] = judged.frame
        for place, key in zip(right, judged.keys, strict=True):
            plain.keys[place] = key
        return {
            places[nth]: self._moved(error, values, places[nth], n_left_out=n_left_out)
            for nth, error in judged.refused.items()
        }

    def _moved(self, error: HerdbookError, values: Values, place: int, *, n_left_out: int) -> RecordError:
        """Say of the row at its own place what was said of it among the doubtful ones."""
        assert isinstance(error, RecordError)
        faults = [replace(fault, record=place, got=_got(fault, values, place)) for fault in error.faults]
        return RecordError(self._dataset.name, faults, total=error.total + n_left_out)


def _sayable(value: Any) -> Any:
    return NO_NUMBER if isinstance(value, float) and not isfinite(value) else value


def _got(fault: Fault, values: Values, place: int) -> object:
    value = values[fault.field](place) if fault.field is not None and fault.field in values else None
    return str(value) if isinstance(value, float) and not isfinite(value) else fault.got


def _together(dataset: str, errors: Sequence[HerdbookError]) -> RecordError:
    each = [error for error in errors if isinstance(error, RecordError)]
    faults = [fault for error in each for fault in error.faults]
    return RecordError(dataset, faults, total=sum(error.total for error in each))
