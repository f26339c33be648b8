"""A Parquet file as a table: its footer and its pages' headers are checked before a page is unpacked."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from bentos.columnar.limits import MOST_COLUMNS, MOST_PIECES, Limits
from bentos.columnar.page import Page, pages_of
from bentos.columnar.pick import Pick, Picked, is_text
from bentos.columnar.refusal import readable, too_large, wrong_column
from bentos.refusal import TooManyRecordsError

FORM = "Parquet file"
FEWER = "fewer and larger row groups and pages"


def read_parquet(body: bytes, limits: Limits, pick: Pick) -> tuple[pa.Table, Picked]:
    """Read the picked columns of a Parquet file, one chunk each, valid through and through.

    Raises
    ------
    UndecodableError
        It is no Parquet file, or a damaged one, or one whose pages are encoded as few writers do.
    ParameterError
        Its columns are not flat, or too many, or it comes in too many pieces.
    TooManyRecordsError, BodyTooLargeError
        It declares more rows, or more bytes once unpacked, than a request may have.
    """
    with readable(FORM):
        sizes = {
            "thrift_string_size_limit": len(body) + 1,
            "thrift_container_size_limit": MOST_COLUMNS * 8 + MOST_PIECES,
        }
        with pq.ParquetFile(pa.BufferReader(body), **sizes) as file:
            picked = pick(file.schema_arrow)
            texts = [field.name for field in file.schema_arrow if is_text(field.type)]
            _check_rows(file.metadata, limits)
            _check_pages(body, file.metadata, picked, limits)
            footer = file.metadata
        # as dictionaries, or one long text could be unpacked as often as there are rows
        again = {"metadata": footer, "read_dictionary": texts, "pre_buffer": False}
        with pq.ParquetFile(pa.BufferReader(body), **again, **sizes) as file:
            names = [file.schema_arrow.names[place] for place in picked.places]
            table = file.read(columns=names, use_threads=False) if names else _without_columns(file)
        table.validate(full=True)
        return table, picked


def _without_columns(file: pq.ParquetFile) -> pa.Table:
    return pa.table({"": pa.nulls(file.metadata.num_rows)}).select([])


def _check_rows(metadata: pq.FileMetaData, limits: Limits) -> None:
    n_groups, n_columns = metadata.num_row_groups, metadata.num_columns
    if n_groups * max(n_columns, 1) > MOST_PIECES:
        raise wrong_column(None, f"{n_groups:,} row groups of {n_columns:,} columns", FEWER)
    in_groups = [metadata.row_group(number).num_rows for number in range(n_groups)]
    if metadata.num_rows > limits.max_records or sum(in_groups) > limits.max_records:
        raise TooManyRecordsError(limits.max_records)
    if min(in_groups, default=0) < 0 or sum(in_groups) != metadata.num_rows:
        raise ValueError("its row groups have other numbers of rows than the file says")


def _check_pages(body: bytes, metadata: pq.FileMetaData, picked: Picked, limits: Limits) -> None:
    n_pages = plain_bytes = 0
    for group in range(metadata.num_row_groups):
        for place in picked.places:
            for page in _pages(body, metadata.row_group(group), place):
                n_pages += 1
                plain_bytes += page.plain_bytes
                if page.n_values > limits.max_records or page.n_values < 0:
                    raise ValueError("a page declares more values than the file has rows")
                if plain_bytes > limits.max_plain_bytes:
                    raise too_large(limits.max_plain_bytes)
                if n_pages > MOST_PIECES:
                    raise wrong_column(None, f"more than {MOST_PIECES:,} pages", FEWER)


def _pages(body: bytes, group: pq.RowGroupMetaData, place: int) -> Iterator[Page]:
    """Walk over the pages of a column, from where Arrow's own reader begins."""
    column = group.column(place)
    if column.num_values != group.num_rows:
        raise ValueError("a column has another number of values than its row group has rows")
    if column.num_values == 0:  # writers give such a column no place, and no reader looks for it
        return iter(())
    start, dictionary = column.data_page_offset, column.dictionary_page_offset
    if column.has_dictionary_page and dictionary is not None and 0 < dictionary < start:
        start = dictionary
    return islice(pages_of(body, start, column.total_compressed_size), MOST_PIECES + 1)
