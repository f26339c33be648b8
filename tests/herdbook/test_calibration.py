"""Calibrations as they are served: rows sum to one, order is kept, and a card's is read or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from herdbook.calibration import METHODS, Calibration
from herdbook.errors import PackageError

CLASSES = 3
CURVE = {"at": [[0.0, 0.4, 1.0]] * CLASSES, "values": [[0.01, 0.01, 0.98]] * CLASSES}
PARAMETERS: dict[str, dict[str, Any]] = {
    "none": {},
    "temperature": {"temperature": 0.4},
    "sigmoid": {"slopes": [1.5, 0.0, 30.0], "offsets": [-1.0, 0.2, 0.0]},
    "isotonic": CURVE,
}

rows = arrays(np.float64, (4, CLASSES), elements=st.floats(0, 1)).map(
    lambda drawn: np.where(drawn.sum(axis=1, keepdims=True) < 1e-3, 1.0, drawn)
)


def card_of(method: str, **changed: Any) -> dict[str, Any]:
    """Write the part of a card that a calibration is read from."""
    classes = [f"class-{place}" for place in range(CLASSES)]
    return {"classes": classes, "calibration": {"method": method} | PARAMETERS[method] | changed}


@pytest.mark.parametrize("method", METHODS)
@given(rows)
def test_calibrated_rows_sum_to_one(method: str, drawn: np.ndarray) -> None:
    """Whatever a classifier says, zeros and ones too, what is answered are probabilities."""
    calibration = Calibration.of(card_of(method))

    found = calibration.apply(drawn / drawn.sum(axis=1, keepdims=True))

    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found.shape == drawn.shape
    assert ((found >= 0) & (found <= 1)).all()


@given(rows, st.floats(0.1, 10))
def test_temperature_keeps_the_label(drawn: np.ndarray, temperature: float) -> None:
    """The class that was the most probable is so still."""
    probabilities = drawn / drawn.sum(axis=1, keepdims=True)

    found = Calibration("temperature", {"temperature": temperature}).apply(probabilities)

    label = probabilities.argmax(axis=1)
    np.testing.assert_array_equal(found[np.arange(len(found)), label], found.max(axis=1))


@pytest.mark.parametrize("method", METHODS)
def test_calibration_of_two_classes_keeps_the_order_of_rows(method: str) -> None:
    """Of two classes, a higher probability never becomes a lower one."""
    rising = np.linspace(0, 1, 101)
    two = {
        name: value[:2] if isinstance(value, list) else value for name, value in PARAMETERS[method].items()
    }

    found = Calibration(method, two).apply(np.column_stack([1 - rising, rising]))

    assert (np.diff(found[:, 1]) >= -1e-12).all()


@pytest.mark.parametrize("method", METHODS)
def test_calibration_of_no_rows_is_no_rows(method: str) -> None:
    """An empty batch stays one."""
    assert Calibration.of(card_of(method)).apply(np.empty((0, CLASSES))).shape == (0, CLASSES)


@pytest.mark.parametrize("method", METHODS)
def test_calibration_comes_back_from_a_card(method: str) -> None:
    """What a card holds is read as it was written."""
    card = card_of(method)

    assert Calibration.of(card).to_json() == card["calibration"]


def test_old_card_is_not_calibrated() -> None:
    """A card of before, whose calibration held measurements, or that has none, leaves answers as they are."""
    probabilities = np.array([[0.2, 0.5, 0.3]])

    for card in (card_of("none", brier=0.1, bins=[]), {"dataset": "iris"}):
        assert Calibration.of(card).apply(probabilities) is probabilities


def test_unknown_method_is_refused() -> None:
    """A model of a later Herdbook says so in a sentence."""
    with pytest.raises(
        PackageError, match=r"iris:0123.*calibration 'beta', this Herdbook knows none, .*train"
    ):
        Calibration.of({"calibration": {"method": "beta"}}, package="iris:0123")


@pytest.mark.parametrize(
    ("method", "changed"),
    [
        ("temperature", {"temperature": 0}),
        ("temperature", {"temperature": None}),
        ("sigmoid", {"slopes": [1.0, 1.0]}),
        ("sigmoid", {"slopes": [-1.0, 1.0, 1.0]}),
        ("sigmoid", {"offsets": [float("nan"), 1.0, 1.0]}),
        ("isotonic", {"values": [[0.5, 0.1, 0.9]] * CLASSES}),
        ("isotonic", {"values": [[0.0, 0.1, 0.9]] * CLASSES}),
        ("isotonic", {"at": [[]] * CLASSES, "values": [[]] * CLASSES}),
        ("isotonic", {"at": CURVE["at"][:2]}),
    ],
)
def test_unsound_parameters_are_refused(method: str, changed: dict[str, Any]) -> None:
    """Parameters that fit no classes, or would turn an order round, do not serve."""
    with pytest.raises(PackageError, match=f"parameters of its {method} calibration"):
        Calibration.of(card_of(method, **changed))
