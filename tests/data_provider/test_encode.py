"""Encoding: JSON and Parquet say the same, to the last bit."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import Protocol

import numpy as np
import pyarrow.parquet as pq
import pytest

from data_provider.animal import BATCH_ROWS, Batch, Herd, generate
from data_provider.encode import encode_json, encode_parquet


class Encode(Protocol):
    """Either of the two encoders."""

    def __call__(self, batches: Iterable[Batch], *, include_kind: bool) -> Iterator[bytes]:
        """Yield the pieces."""
        ...


@pytest.mark.parametrize("include_kind", [False, True])
@pytest.mark.parametrize("n_records", [1, BATCH_ROWS, BATCH_ROWS + 1])
def test_encode_json_and_parquet_say_the_same(n_records: int, include_kind: bool) -> None:
    """Both hold every record, with and without its kind, at the edges of a batch too."""
    herd = Herd(seed=1, n_records=n_records)

    from_json = json.loads(b"".join(encode_json(generate(herd), include_kind=include_kind)))
    parquet = b"".join(encode_parquet(generate(herd), include_kind=include_kind))

    assert pq.read_table(io.BytesIO(parquet)).to_pylist() == from_json
    assert len(from_json) == n_records
    assert ("kind" in from_json[-1]) is include_kind


def test_encode_json_keeps_every_bit() -> None:
    """A number read back from JSON is the number that was drawn."""
    herd = Herd(seed=2, n_records=2_000)

    records = json.loads(b"".join(encode_json(generate(herd), include_kind=False)))

    drawn = next(generate(herd))
    assert np.array_equal([record["height"] for record in records], drawn.height)
    assert np.array_equal([record["weight"] for record in records], drawn.weight)


@pytest.mark.parametrize("encode", [encode_json, encode_parquet])
def test_encode_streams_batch_by_batch(encode: Encode) -> None:
    """A large answer leaves in many pieces, none of them large."""
    pieces = [
        len(piece) for piece in encode(generate(Herd(seed=3, n_records=10 * BATCH_ROWS)), include_kind=False)
    ]

    assert len(pieces) >= 10
    assert max(pieces) < 3 * 2**20
