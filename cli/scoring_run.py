"""A file asked chunk by chunk: a few requests at once, each answer a part as soon as it is there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import click
import pyarrow as pa

from cli.display import Display
from cli.place import Place
from cli.scoring_input import Chunk, Input
from cli.scoring_output import scored_table
from cli.scoring_parts import Parts
from herdbook.client import AsyncClient
from herdbook.client.operation import predict
from herdbook.client.operation.predictions import predict_table
from herdbook.client.scored import columns_of, kinds_of
from herdbook.client.stream import is_taken
from herdbook.errors import shown

CHUNK_ROWS = 1_000
CONCURRENCY = 4
RETRIES = 10
"""Outlasts the restart of a worker that was killed."""


@dataclass(frozen=True)
class Wish:
    """What a person wants of a file."""

    given: Path
    out: Path
    url: str | None = None
    prefix: str = ""
    is_forced: bool = False

    @property
    def suffix(self) -> str:
        """What kind of file the output is."""
        return self.out.suffix.lower()


class Rows(Display):
    """A display that says rows a second."""

    def _count(self) -> str:
        rate = self._done / max(time.monotonic() - self._began, 1e-3)
        return f"{super()._count()}, {rate:,.0f} rows/s"


class Run:
    """Ask what no part holds yet."""

    def __init__(self, given: Input, parts: Parts, wish: Wish, place: Place) -> None:
        self._given = given
        self._parts = parts
        self._wish = wish
        self._place = place
        self._free = asyncio.Semaphore(CONCURRENCY)
        self._is_columnar = False

    @property
    def n_kept(self) -> int:
        """How many rows are answered."""
        last = max(0, (self._given.n_rows - 1) // CHUNK_ROWS)
        short = CHUNK_ROWS * (last + 1) - self._given.n_rows if last in self._parts else 0
        return len(self._parts) * CHUNK_ROWS - short

    async def ask_all(self, display: Display) -> int:
        """Ask every chunk that no part holds; give how many rows that were."""
        n_left = self._given.n_rows - self.n_kept
        header = self._place.host_header if self._wish.url is None else None
        url = self._wish.url or self._place.url
        async with AsyncClient(url, retries=RETRIES, host_header=header) as client:
            await self._require_service(client)
            display.start("predict", n_left)
            try:
                async with asyncio.TaskGroup() as group:
                    for number, chunk in enumerate(self._given.chunks(CHUNK_ROWS)):
                        if number not in self._parts:
                            await self._free.acquire()
                            group.create_task(self._ask(client, number, chunk, display))
            except BaseExceptionGroup as errors:
                raise errors.exceptions[0] from None
            display.finish(f"{n_left:,} rows")
        return n_left

    async def _ask(self, client: AsyncClient, number: int, chunk: Chunk, display: Display) -> None:
        try:
            added = await self._answers(client, chunk, self._parts.key(number))
        finally:
            self._free.release()
        self._parts.add(
            number,
            pa.Table.from_arrays(
                [*chunk.passed.columns, *added.columns],
                schema=pa.schema([*chunk.passed.schema, *added.schema]),
            ),
        )
        display.advance(chunk.passed.num_rows)

    async def _answers(self, client: AsyncClient, chunk: Chunk, key: str) -> pa.Table:
        """Ask one chunk: as columns both ways where the service takes them and they can say it."""
        prefix = self._wish.prefix
        if self._is_columnar and (table := chunk.table()) is not None:
            answered: pa.Table = await client.ask(predict_table(table, idempotency_key=key))
            return answered.rename_columns([prefix + name for name in answered.column_names])
        answers = await client.ask(predict(chunk.records, errors="inline", idempotency_key=key))
        return scored_table(columns_of(answers, ()), prefix)

    async def _require_service(self, client: AsyncClient) -> None:
        """Refuse before the first record what would only be found out at the last."""
        said = await client.dataset()
        if said["name"] != self._place.dataset.name:
            raise click.UsageError(
                f"the service {client.url} serves the dataset {said['name']!r}, expected "
                f"{self._place.dataset.name!r}; choose with --dataset"
            )
        self._is_columnar = is_taken(said)
        prefix = self._wish.prefix
        require_free([prefix + name for name in kinds_of(said["classes"])], self._given, prefix)


def require_free(added: Iterable[str], given: Input, prefix: str) -> None:
    """Refuse an input with a column that the answers add."""
    if taken := [name for name in added if name in given.schema.names]:
        cure = "give another --prefix" if prefix else "rename them, or give --prefix"
        raise click.UsageError(f"the input has columns {shown(taken)}, which the answers add; {cure}")
