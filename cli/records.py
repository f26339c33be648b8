"""Records that a person gives to `predict`: inline JSON, a JSON, JSON-lines or CSV file, or stdin."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from pathlib import Path
from typing import Any

import click

from herdbook.dataset import Dataset
from herdbook.feature import Feature

BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


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
    return records


def _text_of(given: str) -> tuple[str, bool]:
    if given.lstrip().startswith(("{", "[")):
        return given, False
    if given == "-":
        text = sys.stdin.read()
        return text, not text.lstrip().startswith(("{", "["))
    try:
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
        try:
            return [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            raise click.UsageError(f"that is not JSON: {error}") from None
    if isinstance(held, dict):
        held = held["records"] if isinstance(held.get("records"), list) else [held]
    return held if isinstance(held, list) else []


def _from_csv(text: str, dataset: Dataset) -> list[dict[str, Any]]:
    features = {feature.name: feature for feature in dataset.features}
    # A table that was trained on carries its labels; they are no part of a record.
    left_out = {*dataset.drop, dataset.target} - features.keys()
    rows = csv.DictReader(io.StringIO(text))
    return [
        {name: _value(features.get(name), cell) for name, cell in row.items() if name not in left_out}
        for row in rows
    ]


def _value(feature: Feature | None, cell: str | None) -> object:
    if cell is None or not cell.strip():
        return None
    if feature is None or feature.type == "category":
        return cell
    if feature.type == "boolean":
        return BOOLEANS.get(cell.strip().lower(), cell)
    return _number(cell)


def _number(cell: str) -> object:
    try:
        return int(cell)
    except ValueError:
        pass
    try:
        value = float(cell)
    except ValueError:
        return cell
    return value if math.isfinite(value) else cell


def _short(given: str) -> str:
    return repr(given if len(given) <= 60 else given[:57] + "…")
