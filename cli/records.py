"""Records that a person gives to `predict`: inline JSON, a JSON, JSON-lines or CSV file, or stdin."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from cli.console import say_aside
from herdbook.client.cell import cells_of
from herdbook.dataset import Dataset
from herdbook.errors import shown
from herdbook.record import KEY

TOO_DEEP = "arrays or objects nested too deeply"


def read_records(given: str, dataset: Dataset) -> list[dict[str, Any]]:
    """Return the records that an argument means.

    A value that is no number or boolean as declared stays as it stood: the service refuses it.

    Raises
    ------
    click.UsageError
        The argument is neither records nor a file of records.
    """
    text, is_csv = _text_of(given)
    records = _from_csv(text, dataset) if is_csv else _from_json(text)
    if not records or not all(isinstance(record, dict) for record in records):
        raise click.UsageError(
            f"{_short(given)} holds no records; expected JSON objects, or a CSV file with a header"
        )
    for number, record in enumerate(records):
        _require_sendable(number, record)
    return records


def _text_of(given: str) -> tuple[str, bool]:
    if given.lstrip().startswith(("{", "[")):
        return given, False
    try:
        if given == "-":
            text = sys.stdin.read().removeprefix("\ufeff")
            return text, not text.lstrip().startswith(("{", "["))
        return Path(given).read_text(encoding="utf-8-sig"), given.lower().endswith(".csv")
    except (OSError, ValueError) as error:  # no such file, no text, no name
        said = "give a .json, .jsonl or .csv file, inline JSON, or - for stdin"
        raise click.UsageError(
            f"{_short(given)} cannot be read ({error.__class__.__name__}); {said}"
        ) from None


def _from_json(text: str) -> list[dict[str, Any]]:
    try:
        held = json.loads(text)
    except ValueError as error:
        held = _from_lines(text, error)
    except RecursionError:
        raise click.UsageError(f"that is no JSON of records: {TOO_DEEP}") from None
    if isinstance(held, dict):
        held = held["records"] if isinstance(held.get("records"), list) else [held]
    return held if isinstance(held, list) else []


def _from_lines(text: str, error: ValueError) -> list[Any]:
    """Read JSON lines; only a line feed parts them, for a JSON text may hold every other separator."""
    try:
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except ValueError:
        raise click.UsageError(f"that is not JSON: {error}") from None
    except RecursionError:
        raise click.UsageError(f"that is no JSON of records: {TOO_DEEP}") from None


def _require_sendable(number: int, record: dict[str, Any]) -> None:
    """Refuse what Python reads as JSON but JSON cannot say: NaN, infinity, and half a character."""
    for name, value in record.items():
        try:
            json.dumps({name: value}, allow_nan=False, ensure_ascii=False).encode()
        except RecursionError:
            problem = TOO_DEEP
        except UnicodeEncodeError:
            problem = "half a surrogate pair, expected Unicode text"
        except ValueError:
            problem = "NaN or infinity, expected a finite number or null"
        else:
            continue
        raise click.UsageError(f"record {number}, field {name!r}: got {problem}")


def _from_csv(text: str, dataset: Dataset) -> list[dict[str, Any]]:
    features = {feature.name: feature for feature in dataset.features}
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        names = rows.fieldnames or ()
        require_distinct(names)
        require_columns(names, dataset)
        _say_left_out(names, dataset)
        taken = [name for name in names if name in features or name == KEY]
        kinds = {name: features[name].type if name in features else KEY for name in taken}
        return [_record(row, kinds, line=rows.line_num) for row in rows]
    except csv.Error as error:
        _refuse_line(rows.line_num + 1, str(error))  # the line is counted once it is read


def require_distinct(names: Sequence[str]) -> None:
    """Refuse a column that is named twice: DictReader would silently take the last."""
    # spreadsheets export blank columns, which have no name and no meaning
    if twice := [name for name, times in Counter(names).items() if times > 1 and name.strip()]:
        raise click.UsageError(
            f"the header of the CSV names {shown(twice)} more than once; expected every column once"
        )


def require_columns(names: Sequence[str], dataset: Dataset) -> None:
    """Refuse a table none of whose columns is part of a record."""
    declared = {*dataset.feature_names, KEY}
    if names and not declared.intersection(names):
        raise click.UsageError(
            f"the table holds no records: its columns are {shown(names)}; expected, parted by commas, "
            f"features of {dataset.name}: {shown(dataset.feature_names)}"
        )


def _say_left_out(names: Sequence[str], dataset: Dataset) -> None:
    """Say which columns are no part of a record; a table that was trained on carries more than features."""
    known = {*dataset.feature_names, KEY, *dataset.drop, dataset.target}
    if unknown := [name for name in names if name not in known]:
        say_aside(f"left out, for {dataset.name} declares no such feature: {shown(unknown)}")


def _record(row: dict[str | Any, Any], kinds: Mapping[str, str], *, line: int) -> dict[str, Any]:
    if None in row:  # where DictReader puts the cells that have no column
        _refuse_line(line, f"{len(row[None])} more cells than the header has columns")
    return {name: cells_of([row[name]], kind)[0] for name, kind in kinds.items()}


def _refuse_line(line: int, problem: str) -> NoReturn:
    raise click.UsageError(f"line {line} of the CSV cannot be read: {problem}")


def _short(given: str) -> str:
    return repr(given if len(given) <= 60 else given[:57] + "…")
