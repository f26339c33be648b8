"""The pedigree of a prediction."""

from __future__ import annotations

from typing import Any

from tests.ui.figure.reading import words
from ui.history.chain import OUTLIER, UNKNOWN_MODEL, UNPROMOTED, show_chain

FEATURES = [
    {"name": "height", "type": "number", "unit": "m"},
    {"name": "has_wings", "type": "boolean", "unit": None},
]
PEDIGREE: dict[str, Any] = {
    "prediction": {
        "id": "01a201e5-2c11-767b-ae7f-7516dd9956c5",
        "time_us": 0,
        "request_id": "r-1",
        "key": "<pen>",
        "model": "animals:1",
        "role": "champion",
        "record": {"height": 0.25, "has_wings": True},
        "label": "chicken",
        "confidence": 0.97,
        "probabilities": {"chicken": 0.97, "dog": 0.03},
        "cluster": 1,
        "membership": 0.9,
        "outlier": False,
    },
    "model": {"tag": "animals:1", "recipe": "ab" * 32, "seed": 0, "effort": "quick", "code": "cd" * 32},
    "generation": {"number": 2, "champion": "animals:1", "who": "ann", "why": "it is better", "time_us": 0},
    "generations": [{"number": 2}, {"number": 4}],
    "snapshot": {"id": "ef" * 32, "n_rows": 2000},
    "arrivals": [{"time_us": 0, "source": "http://data", "request": {"seed": 1}}],
    "names": {"1": "chicken"},
}


def chain(**changed: Any) -> str:
    """Give what a reader sees of a pedigree with some of it changed."""
    return words(show_chain({**PEDIGREE, **changed}, FEATURES))


def test_chain_tells_every_link_with_units():
    """Record, answer, model, its records and who let it serve stand in their order."""
    said = chain()

    assert "Key <pen> Height 0.25 m Has wings yes" in said
    assert "chicken , 97.0 % sure" in said
    assert "Cluster chicken (cluster 1)" in said
    assert "Recipe abababababab Code cdcdcdcdcdcd" in said
    assert "Snapshot efefefefefef Records 2,000 records" in said
    assert "Arrived 1970-01-01 00:00:00 UTC from http://data asked for seed 1" in said
    assert (
        "it is better ” Generation 2 By ann When 1970-01-01 00:00:00 UTC Also champion of generation 4"
        in said
    )


def test_chain_escapes_a_key():
    """A key is whatever a client sent."""
    assert "<pen>" not in show_chain(PEDIGREE, FEATURES)


def test_chain_of_a_model_that_the_ledger_does_not_hold_says_so():
    """A pinned model, or one that came with the Bento, has nobody who promoted it."""
    said = chain(model={"tag": "animals:9", "recipe": None}, generation=None, snapshot=None, arrivals=None)

    assert UNKNOWN_MODEL in said
    assert UNPROMOTED in said
    assert "The ledger does not hold the snapshot" in said


def test_chain_warns_of_an_outlier():
    """An answer about a record unlike all others says so."""
    row = {**PEDIGREE["prediction"], "outlier": True, "cluster": -1}

    assert OUTLIER in chain(prediction=row)
