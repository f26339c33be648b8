"""How BentoML is told what comes and goes: bodies as types; the hall decodes and encodes them."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import BaseModel, create_model

from bentos.answer import JSON
from bentos.decode import build_body_class
from bentos.hall import Hall
from bentos.internals import IODescriptor, IOMixin
from bentos.shape import ClustersShape, OnePredictionShape, PredictionsShape

Spec = type[IODescriptor]


class _PredictOut(PredictionsShape):
    """As BentoML's own clients are told: of several shapes they know the first and drop what it has not."""

    predictions: list[dict[str, Any]]  # type: ignore[assignment]  # wider, for them


class _ClusterOut(ClustersShape):
    """As BentoML's own clients are told, like `_PredictOut`."""

    clusters: list[dict[str, Any]]  # type: ignore[assignment]


class Specs(NamedTuple):
    """The input and output specs of the three methods."""

    predict_in: Spec
    predict_out: Spec
    predict_one_in: Spec
    predict_one_out: Spec
    cluster_in: Spec
    cluster_out: Spec


def build_specs(hall: Hall) -> Specs:
    """Make the specs of a hall's dataset, once."""
    many = build_body_class(hall.dataset, hall.settings.max_records)
    one = hall.dataset.record_class
    return Specs(
        predict_in=_spec("PredictIn", many),
        predict_out=_spec("PredictOut", _PredictOut),
        predict_one_in=_spec("PredictOneIn", one),
        predict_one_out=_spec("PredictOneOut", OnePredictionShape),
        cluster_in=_spec("ClusterIn", many),
        cluster_out=_spec("ClusterOut", _ClusterOut),
    )


def _spec(name: str, shape: type[BaseModel]) -> Spec:
    """Make a spec that has the fields of `shape`."""
    bases: Any = (IOMixin, shape)
    made: Any = create_model(name, __base__=bases, __doc__=shape.__doc__)
    # without a media type BentoML would build the JSON schema anew whenever it is asked for it
    setattr(made, "media_type", JSON)  # noqa: B010 - BentoML has no types
    found: Spec = made
    return found
