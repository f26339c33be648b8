"""BentoML's own clients lose nothing of an answer."""

from __future__ import annotations

import json

import pytest
from _bentoml_impl.serde import JSONSerde, Payload
from _bentoml_sdk.method import _flatten_model_schema

from bentos.specs import build_specs
from tests.bentos.world import World

REFUSED = {"error": "record 0: wrong", "kind": "RecordError", "faults": []}


# pydantic deprecates what BentoML 1.4.39 uses
@pytest.mark.filterwarnings("ignore:The `__get_pydantic_core_schema__`:DeprecationWarning")
@pytest.mark.parametrize(("method", "field"), [("predict_out", "predictions"), ("cluster_out", "clusters")])
def test_refused_row_reaches_bentomls_client_whole(world: World, method: str, field: str) -> None:
    """A client of BentoML reads answers by `/schema.json`, and keeps of a row what that knows."""
    schema = _flatten_model_schema(getattr(build_specs(world.hall()), method))
    said = {field: [REFUSED, {"cluster": 1, "outlier": False}], "model": world.tags[0]}

    assert JSONSerde().deserialize(Payload((json.dumps(said).encode(),)), schema) == said
