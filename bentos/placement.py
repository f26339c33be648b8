"""The body of a request that places records on the map of a discovery."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from pydantic import BaseModel, Field, create_model

from bentos.body import Wish
from bentos.decode import RECORDS
from herdbook.dataset import Dataset

REPORT = Field(
    default=None,
    max_length=64,
    description="Name of the discovery's report, or its first digits; if left out, the current model's",
)


class PlacementEnvelope(Wish):
    """The body but for its records, which the decoder reads."""

    report: str | None = REPORT
    records: list[Any]


def build_placement_class(dataset: Dataset, max_records: int) -> type[BaseModel]:
    """Make the class of the whole body, for the document."""
    record: Any = dataset.record_class
    records = Annotated[list[record], Field(max_length=max_records)]
    fields: dict[str, Any] = {"report": (str | None, REPORT), RECORDS: (records, ...)}
    name = dataset.record_class.__name__ + "Placement"
    said = f"Records of the dataset {dataset.name}, and a discovery of it."
    return create_model(name, __base__=Wish, __doc__=said, **fields)


def records_alone(wish: PlacementEnvelope) -> bytes:
    """Give the records as a body that the decoder reads, so that they are refused in the same words."""
    return orjson.dumps({RECORDS: wish.records})
