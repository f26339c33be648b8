"""`herdbook predict FILE --out FILE`: a file of any size, in bounded memory, resumed where it was stopped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from typing import Any

import click
import pyarrow as pa
import pyarrow.compute as pc

from cli.console import duration, say, say_aside, say_json
from cli.place import Place
from cli.scoring_input import Input, Tables
from cli.scoring_lines import Lines
from cli.scoring_manifest import Task, digest_of, without_user
from cli.scoring_output import SUFFIXES, whole_schema, write
from cli.scoring_parts import Parts, folder_of, open_parts, require_free_name
from cli.scoring_run import CHUNK_ROWS, Rows, Run, Wish, require_free
from herdbook.errors import HerdbookError

LINES = (".jsonl", ".ndjson")
READABLE = (".csv", ".parquet", *LINES)


def score_file(wish: Wish, place: Place, *, as_json: bool) -> None:
    """Score a file; say at the end what came out.

    Raises
    ------
    click.UsageError
        The input cannot be read, or the output cannot be written.
    ClientError
        The service refuses, or is away for longer than the retries; what was answered is kept.
    """
    _require_writable(wish)
    given = _open(wish, place)
    with open_parts(wish.out, task_of(wish, place, given), is_forced=wish.is_forced) as parts:
        told = _finished(parts.told) if parts.told else _score(wish, place, given, parts)
        parts.remove()
    told = {"out": str(wish.out), **told}
    if as_json:
        say_json(told)
    else:
        _say(told)


def _finished(told: dict[str, Any]) -> dict[str, Any]:
    """Tell of an output that appeared just before its command was killed."""
    return {**told, "rows_asked": 0, "seconds": 0.0, "rows_per_s": 0.0}


def _score(wish: Wish, place: Place, given: Input, parts: Parts) -> dict[str, Any]:
    run = Run(given, parts, wish, place)
    began = time.monotonic()
    try:
        with Rows() as display:
            n_asked = asyncio.run(run.ask_all(display))
    except (KeyboardInterrupt, HerdbookError):
        _say_kept(wish, run.n_kept, given)
        raise
    seconds = time.monotonic() - began
    told = _publish(wish, given, parts)
    rate = round(n_asked / max(seconds, 1e-3), 1)
    return {**told, "rows_asked": n_asked, "seconds": round(seconds, 3), "rows_per_s": rate}


def _require_writable(wish: Wish) -> None:
    if wish.given.suffix.lower() not in READABLE or not wish.given.is_file():
        expected = f"a file that ends in {', '.join(READABLE)}"
        raise click.UsageError(f"got {str(wish.given)!r}, expected with --out {expected}")
    if wish.suffix not in SUFFIXES:
        raise click.UsageError(f"--out: got {str(wish.out)!r}, expected a name in {', '.join(SUFFIXES)}")
    if not wish.out.parent.is_dir():
        raise click.UsageError(f"there is no folder {str(wish.out.parent)!r}; make it first")
    if wish.out.exists() and wish.out.samefile(wish.given):
        raise click.UsageError(f"{str(wish.out)!r} is the input; choose another name")
    require_free_name(wish.out, is_forced=wish.is_forced)


def _open(wish: Wish, place: Place) -> Input:
    """Look at the whole input, before anything is asked."""
    if wish.given.suffix.lower() in LINES:
        return Lines(wish.given, place.dataset, is_typed=wish.suffix == ".parquet")
    return Tables(wish.given, place.dataset, is_typed=wish.suffix != ".csv")


def task_of(wish: Wish, place: Place, given: Input) -> Task:
    """Say what is to be scored; reads the whole input."""
    input_bytes, input_sha256 = digest_of(wish.given)
    return Task(
        input_bytes=input_bytes,
        input_sha256=input_sha256,
        url=without_user(wish.url or place.url),
        dataset=place.dataset.name,
        schema_hash=place.dataset.schema_hash,
        n_rows=given.n_rows,
        chunk_rows=CHUNK_ROWS,
        suffix=wish.suffix,
        prefix=wish.prefix,
    )


def _publish(wish: Wish, given: Input, parts: Parts) -> dict[str, Any]:
    """Write the output from its parts; give what they hold."""
    schema = whole_schema(parts.schemas(), given.schema, wish.prefix)
    require_free(schema.names[len(given.schema) :], given, wish.prefix)
    temporary = parts.folder / f"whole{wish.suffix}"
    told: dict[str, Any] = {"rows": 0, "errors": 0, "models": {}}
    tables = _counted(parts.tables(), told, wish.prefix)
    write(temporary, schema, tables, n_passed=len(given.schema))
    parts.publish(temporary, told)
    return told


def _counted(tables: Iterable[pa.Table], told: dict[str, Any], prefix: str) -> Iterator[pa.Table]:
    for table in tables:
        errors = table[f"{prefix}error"]
        told["rows"] += table.num_rows
        told["errors"] += len(errors) - errors.null_count
        for each in pc.value_counts(table[f"{prefix}model"]).to_pylist():
            if (tag := each["values"]) is not None:
                told["models"][tag] = told["models"].get(tag, 0) + each["counts"]
        yield table


def _say_kept(wish: Wish, n_kept: int, given: Input) -> None:
    say_aside(
        f"{n_kept:,} of {given.n_rows:,} rows are answered and kept in {folder_of(wish.out)}; "
        f"the same command{' without --force' if wish.is_forced else ''} goes on from there"
    )


def _say(told: dict[str, Any]) -> None:
    models = ", ".join(f"{name} ({rows:,})" for name, rows in told["models"].items()) or "none"
    say(f"{told['out']}: {told['rows']:,} rows, {told['errors']:,} of them refused (column error)")
    say(f"{told['rows_per_s']:,.0f} rows/s in {duration(told['seconds'])}, models: {models}")
