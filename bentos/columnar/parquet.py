"""A Parquet file as a table: its footer and its pages' headers are checked before a page is unpacked."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from bentos.columnar.footer import MOST_FOOTER_BYTES, Chunk, Footer, Group, read_footer
from bentos.columnar.limits import MOST_PIECES, Limits
from bentos.columnar.page import Page, pages_of
from bentos.columnar.pick import Pick, Picked, is_text
from bentos.columnar.refusal import readable, too_large, wrong_column
from bentos.refusal import TooManyRecordsError

FORM = "a Parquet file"
FEWER = "fewer and larger row groups and pages"
SIZES = {
    "thrift_string_size_limit": MOST_FOOTER_BYTES,
    "thrift_container_size_limit": MOST_FOOTER_BYTES,
}
"""What pyarrow may make of a footer; the smallest element of a list is a byte."""


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
        footer = read_footer(body)
        _check_rows(footer, limits)
        with pq.ParquetFile(pa.BufferReader(body), **SIZES) as file:
            schema, metadata = file.schema_arrow, file.metadata
        picked = pick(schema)
        _check_pages(body, footer, picked, limits)
        # as dictionaries, or one long text could be unpacked as often as there are rows
        texts = [field.name for field in schema if is_text(field.type)]
        again = {"metadata": metadata, "read_dictionary": texts, "pre_buffer": False}
        with pq.ParquetFile(pa.BufferReader(body), **again, **SIZES) as file:
            names = [schema.names[place] for place in picked.places]
            table = file.read(columns=names, use_threads=False)
        table.validate(full=True)
        return table, picked


def _check_rows(footer: Footer, limits: Limits) -> None:
    n_groups = len(footer.groups)
    n_columns = max((len(group.chunks) for group in footer.groups), default=0)
    if n_groups * max(n_columns, 1) > MOST_PIECES:
        raise wrong_column(None, f"{n_groups:,} row groups of {n_columns:,} columns", FEWER)
    n_rows = sum(group.n_rows for group in footer.groups)
    if max(footer.n_rows, n_rows) > limits.max_records:
        raise TooManyRecordsError(limits.max_records)
    if min((group.n_rows for group in footer.groups), default=0) < 0 or n_rows != footer.n_rows:
        raise ValueError("its row groups have other numbers of rows than the file says")


def _check_pages(body: bytes, footer: Footer, picked: Picked, limits: Limits) -> None:
    n_pages = plain_bytes = 0
    for group in footer.groups:
        for place in picked.places:
            for page in _pages(body, group, group.chunks[place]):
                n_pages += 1
                plain_bytes += page.plain_bytes
                if not 0 <= page.n_values <= limits.max_records:
                    raise ValueError("a page declares more values than the file has rows")
                if plain_bytes > limits.max_plain_bytes:
                    raise too_large(limits.max_plain_bytes)
                if n_pages > MOST_PIECES:
                    raise wrong_column(None, f"more than {MOST_PIECES:,} pages", FEWER)


def _pages(body: bytes, group: Group, chunk: Chunk) -> Iterator[Page]:
    if chunk.n_values != group.n_rows:
        raise ValueError("a column has another number of values than its row group has rows")
    # writers give a column without values no place, and no reader looks for it
    return pages_of(body, chunk) if chunk.n_values else iter(())
