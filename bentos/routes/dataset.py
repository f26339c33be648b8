"""What is served, for forms and clients: features, classes, limits, and what may be asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bentos.answer import answer
from bentos.book import DatasetShape
from bentos.columnar.media import FORMATS
from bentos.hall import Hall
from bentos.operation import Operation, Page
from bentos.training.shape import EFFORTS
from bentos.training.start import can_train
from herdbook.dataset import Dataset
from herdbook.feature import Feature
from herdbook.label import ClusterLabels, RuleLabels
from herdbook.record import KEY

Card = Mapping[str, Any]


def dataset_pages(hall: Hall) -> Sequence[Page]:
    """List the route about the dataset."""

    async def dataset(_: Request) -> Response:
        current = hall.serving.current
        said = {
            **describe(hall.dataset, current.card if current else {}),
            "max_records": hall.settings.max_records,
            "formats": FORMATS,
            "can_steer": hall.settings.can_steer,
            "can_train": can_train(),
            "efforts": EFFORTS,
        }
        return answer(said)

    return (Page("/dataset", dataset, Operation("What is served", (DatasetShape,))),)


def describe(dataset: Dataset, card: Card) -> dict[str, Any]:
    """Describe a dataset as JSON values; what its file leaves open is taken from the card of a model."""
    return {
        "name": dataset.name,
        "description": dataset.description,
        "target": dataset.target,
        "labels": dataset.labels.from_,
        "classes": card.get("classes") or declared_classes(dataset),
        "drop": dataset.drop,
        "features": [_describe(feature) for feature in dataset.features],
        "example": example_of(dataset, card),
        "has_key": KEY not in dataset.feature_names,
    }


def _describe(feature: Feature) -> dict[str, Any]:
    """Give a feature as JSON values; the bounds of whole numbers are whole."""
    whole = {"minimum", "maximum"} if feature.type == "integer" else set()
    said = feature.model_dump(mode="json")
    return {
        name: int(value) if name in whole and value is not None and value.is_integer() else value
        for name, value in said.items()
    }


def declared_classes(dataset: Dataset) -> list[str]:
    """Give the labels that the dataset file itself names, each once."""
    match dataset.labels:
        case RuleLabels(rules=rules):
            return list(dict.fromkeys(rule.label for rule in rules))
        case ClusterLabels(names=names):
            return list(dict.fromkeys(names.values()))
        case _:
            return []


def example_of(dataset: Dataset, card: Card) -> dict[str, Any]:
    """Give the file's example, or, if a feature has none, the card's first golden record."""
    golden = card.get("golden", {}).get("records")
    if golden and any(feature.example is None for feature in dataset.features):
        return dict(golden[0])
    return {each.name: each.example for each in dataset.features if each.example is not None}
