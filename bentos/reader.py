"""Valid bodies straight into a frame: validated as the record class does, without an object a record.

The record class says what is valid. Its own schema is taken over field by field, so that pydantic's validator
gives the values of a record in the order of a frame's columns instead of an instance.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.record import KEY

Keys = list[str | None]
Schema = Mapping[str, Any]
NO_KEY: Keys = [None]


class Reader:
    """Reads valid bodies of one dataset; raises pydantic's `ValidationError` for any other.

    Parameters
    ----------
    envelope
        The schema of the fields beside the records, by name.
    """

    def __init__(self, dataset: Dataset, *, records: str, max_records: int, envelope: Schema) -> None:
        model: Any = dataset.record_class
        record = record_schema(model.__pydantic_core_schema__)
        many = {"type": "list", "items_schema": record, "max_length": max_records}
        fields = {name: _field(schema) for name, schema in {records: many, **envelope}.items()}
        strictly = {"type": "typed-dict", "fields": fields, "extra_behavior": "forbid"}
        validator = type(model.__pydantic_validator__)
        config = record["config"]
        self._one = validator(record, config)
        self._many = validator(strictly | {"config": config}, config)
        self._records = records
        self._n_features = len(dataset.features)
        self._has_key = KEY not in dataset.feature_names
        self._codes = [
            (place, {None: None} | {value: float(code) for code, value in enumerate(feature.values)})
            for place, feature in enumerate(dataset.features)
            if feature.type == "category"
        ]

    def read_one(self, body: bytes) -> tuple[NDArray[np.float64], Keys]:
        """Read one flat record: a frame of shape (1, n_features), and the record's key."""
        values = list(self._one.validate_json(body).values())
        keys = [values.pop()] if self._has_key else NO_KEY
        for place, codes in self._codes:
            values[place] = codes[values[place]]
        return np.array([values], dtype=np.float64), keys

    def read_many(self, body: bytes) -> tuple[NDArray[np.float64], Keys, dict[str, Any]]:
        """Read a body of many records: a frame, the records' keys, and the fields beside the records."""
        envelope: dict[str, Any] = self._many.validate_json(body)
        records = envelope.pop(self._records)
        return *self._columns(records), envelope

    def _columns(self, records: Sequence[Mapping[str, Any]]) -> tuple[NDArray[np.float64], Keys]:
        frame = np.empty((len(records), self._n_features), dtype=np.float64)
        if not records:
            return frame, []
        columns: list[Any] = list(zip(*[record.values() for record in records], strict=True))
        keys = list(columns.pop()) if self._has_key else [None] * len(records)
        for place, codes in self._codes:
            columns[place] = [codes[value] for value in columns[place]]
        for place, column in enumerate(columns):
            frame[:, place] = column
        return frame, keys


def record_schema(model: Schema) -> dict[str, Any]:
    """Turn the core schema of a record class into that of a dict whose fields have the same order."""
    if model["type"] != "model" or model["schema"]["type"] != "model-fields":
        raise TypeError(f"the schema of a record class is a {model['type']!r}, expected a plain 'model'")
    fields = {name: _field(field["schema"]) for name, field in model["schema"]["fields"].items()}
    return {"type": "typed-dict", "fields": fields, "extra_behavior": "forbid", "config": model["config"]}


def _field(schema: Schema) -> dict[str, Any]:
    return {
        "type": "typed-dict-field",
        "schema": _without_call(schema),
        "required": schema["type"] != "default",
    }


def _without_call(schema: Schema) -> Schema:
    """Try a value as it is before a Python function prepares it: most integers are written as such."""
    if schema["type"] == "function-before":
        return {"type": "union", "choices": [schema["schema"], schema], "mode": "left_to_right"}
    inner: Collection[str] = ("default", "nullable")
    if schema["type"] in inner:
        return {**schema, "schema": _without_call(schema["schema"])}
    return schema
