"""From the bytes of a body to a frame: the only place of the Bento that reads records.

The fast way validates the bytes straight into records. Only when that fails, or when a body has more colons
than its records can need, is it looked at slowly, to say what is wrong, where, what was got and what was
expected. However many fields a body has, only the first few unknown ones of each record are looked at: the
others are counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from bentos.exchange import Decoded
from bentos.reader import Reader
from bentos.refusal import NO_RECORD, ParameterError, TooManyRecordsError, UndecodableError, brief, shorten
from herdbook.dataset import Dataset
from herdbook.errors import SHOWN_NAMES, Fault, HerdbookError, RecordError, shown
from herdbook.feature import Feature
from herdbook.record import KEY, LONGEST_KEY

RECORDS = "records"
ERRORS = "errors"
ENVELOPE = {
    ERRORS: {
        "type": "default",
        "schema": {"type": "literal", "expected": ["refuse", "inline"]},
        "default": "refuse",
    }
}
"""What may stand beside the records, as pydantic's validator is told; `build_body_class` tells people."""

NOTHING: Mapping[int, HerdbookError] = MappingProxyType({})
FEW = 3
"""So many unknown fields are looked at where they may not be."""


def build_body_class(dataset: Dataset, max_records: int) -> type[BaseModel]:
    """Make the class of a body that holds many records of the dataset."""
    record: Any = dataset.record_class
    records = Annotated[list[record], Field(max_length=max_records, description="The records, in any number")]
    errors = Annotated[
        Literal["refuse", "inline"],
        Field(
            description="What a bad record does: refuse the request, or be answered in its place by an error"
        ),
    ]
    title = dataset.record_class.__name__ + "s"
    config = ConfigDict(strict=True, extra="forbid")
    fields: dict[str, Any] = {RECORDS: (records, ...), ERRORS: (errors, "refuse")}
    return create_model(title, __config__=config, __doc__=f"Records of the dataset {dataset.name}.", **fields)


class Decoder:
    """Reads bodies of one dataset; everything that can be built once is built here."""

    def __init__(self, dataset: Dataset, *, max_records: int) -> None:
        self._dataset = dataset
        self._max_records = max_records
        self._record = dataset.record_class.__pydantic_validator__
        self._reader = Reader(dataset, records=RECORDS, max_records=max_records, envelope=ENVELOPE)
        self._has_key = KEY not in dataset.feature_names
        self._records_is_feature = RECORDS in dataset.feature_names
        self._expected = {feature.name: expectation(feature) for feature in dataset.features}
        if self._has_key:
            self._expected[KEY] = f"a text of at most {LONGEST_KEY} characters, or none"
        self._unknown = f"no such field; known are {shown(self._expected)}"
        self._object = f"an object with the fields {shown(dataset.feature_names)}"
        # every field has one; the fast way would gather a fault for each that is too many
        self._most_colons = (max_records + 1) * (len(self._expected) + FEW)

    def decode(self, body: bytes, *, only_one: bool = False) -> Decoded:
        """Read a body of many records, or of one flat record.

        Raises
        ------
        UndecodableError
            It is no JSON.
        ParameterError
            It is no object, or a field beside the records is wrong.
        TooManyRecordsError
            It has more records than one request may have.
        RecordError
            A record is wrong, and the body does not ask for inline errors.
        """
        if body.count(b":") > self._most_colons:
            return self._diagnose(body, only_one=only_one)
        try:
            if only_one or b'"records"' not in body:
                frame, keys = self._reader.read_one(body)
                return Decoded(frame, keys, 1, NOTHING, is_flat=True)
            frame, keys, envelope = self._reader.read_many(body)
        except ValidationError:
            return self._diagnose(body, only_one=only_one)
        is_inline = envelope[ERRORS] == "inline"
        return Decoded(frame, keys, len(frame), NOTHING, is_inline=is_inline)

    def _decoded(
        self,
        records: Sequence[Mapping[str, Any]],
        *,
        refused: Mapping[int, HerdbookError],
        is_flat: bool,
        is_inline: bool,
    ) -> Decoded:
        keys: list[str | None] = [None] * len(records)
        if self._has_key:
            keys = [record.get(KEY) for record in records]
        n_records = len(records) + len(refused)
        return Decoded(self._dataset.to_frame(records), keys, n_records, refused, is_flat, is_inline)

    def _diagnose(self, body: bytes, *, only_one: bool) -> Decoded:
        value = _parse(body)
        if only_one and RECORDS in value and not self._records_is_feature:
            expected = "one flat record here; post many to /predict"
            raise ParameterError("body", [Fault(NO_RECORD, RECORDS, shorten(value[RECORDS]), expected)])
        is_flat = only_one or self._is_flat(value)
        records, is_inline = ([value], False) if is_flat else self._envelope(value)
        if len(records) > self._max_records:
            raise TooManyRecordsError(self._max_records)
        valid: list[Mapping[str, Any]] = []
        refused: dict[int, HerdbookError] = {}
        faults: list[Fault] = []
        total = 0
        for place, record in enumerate(records):
            known, n_left_out = self._known(record)
            try:
                valid.append(vars(self._record.validate_python(known)))
            except ValidationError as error:
                n_faults = error.error_count() + n_left_out
                total += n_faults
                if is_inline:
                    each = self._faults(error, place)
                    refused[place] = RecordError(self._dataset.name, each, total=n_faults)
                elif len(faults) < SHOWN_NAMES:
                    faults += self._faults(error, place)
        if faults:
            raise RecordError(self._dataset.name, faults, total=total)
        return self._decoded(valid, refused=refused, is_flat=is_flat, is_inline=is_inline)

    def _known(self, record: Any) -> tuple[Any, int]:
        """Give a record without all but a few of the fields that it may not have, and how many those are."""
        if not isinstance(record, dict) or len(record) <= len(self._expected) + FEW:
            return record, 0
        kept = {name: record[name] for name in self._expected if name in record}
        kept |= {name: record[name] for name in _foreign(record, self._expected)}
        return kept, len(record) - len(kept)

    def _is_flat(self, value: dict[str, Any]) -> bool:
        if RECORDS not in value:
            return ERRORS not in value or ERRORS in self._dataset.feature_names
        return self._records_is_feature and not isinstance(value[RECORDS], list)

    def _envelope(self, value: dict[str, Any]) -> tuple[list[Any], bool]:
        records, wish = value.get(RECORDS), value.get(ERRORS, "refuse")
        known = (RECORDS, ERRORS)
        faults = [
            Fault(NO_RECORD, brief(name), shorten(value[name]), f"only {shown(known)}")
            for name in _foreign(value, known)
        ]
        if not isinstance(records, list):
            faults.append(Fault(NO_RECORD, RECORDS, shorten(records), "an array of records"))
        if wish not in ("refuse", "inline"):
            faults.append(Fault(NO_RECORD, ERRORS, shorten(wish), "'refuse' or 'inline'"))
        if faults or not isinstance(records, list):
            raise ParameterError("body", faults[:5])
        return records, wish == "inline"

    def _faults(self, error: ValidationError, place: int) -> list[Fault]:
        found: dict[str | None, Fault] = {}
        for each in error.errors(include_url=False, include_context=False):
            field = str(each["loc"][0]) if each["loc"] else None
            got = None if each["type"] == "missing" else shorten(each["input"])
            found.setdefault(
                field, Fault(place, field and str(shorten(field)), got, self._expectation(field))
            )
        return list(found.values())

    def _expectation(self, field: str | None) -> str:
        return self._object if field is None else self._expected.get(field, self._unknown)


def _foreign(names: Iterable[str], known: Collection[str]) -> list[str]:
    """Give the first few names that are not among the known ones."""
    return list(islice((name for name in names if name not in known), FEW))


def _parse(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise UndecodableError(f"{error.msg} at character {error.pos}") from None
    if not isinstance(value, dict):
        expected = "an object: one record, or {'records': […]}"
        raise ParameterError("body", [Fault(NO_RECORD, None, shorten(value), expected)])
    return value


def expectation(feature: Feature) -> str:
    """Say in words which values a feature may have."""
    match feature.type:
        case "boolean":
            said = "true or false"
        case "category":
            said = f"one of {shown(feature.values)}"
        case _:
            said = ("a whole number" if feature.type == "integer" else "a number") + _range(feature)
    unit = f" ({feature.unit})" if feature.unit else ""
    return said + unit + (", or null" if feature.missing else "")


def _range(feature: Feature) -> str:
    match feature.minimum, feature.maximum:
        case None, None:
            return ""
        case low, None:
            return f" of at least {low:g}"
        case None, high:
            return f" of at most {high:g}"
        case low, high:
            return f" from {low:g} to {high:g}"
