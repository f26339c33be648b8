"""Calibrations as they are fitted and chosen: what was bent is bent back, what is right is left alone."""

from __future__ import annotations

import numpy as np
import pytest

from herdbook.calibration import METHODS, Calibration
from training.calibrate import FEWEST_ROWS, ISOTONIC_ROWS, choose_calibration, fit_calibration
from training.score import log_loss

FITTED = METHODS[1:]


def draw(n: int, *, power: float = 1.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw probabilities (n, 3), the truth by them, and bend them by a power: above one is overconfident."""
    generator = np.random.Generator(np.random.PCG64(seed))
    odds = 1.5 * generator.normal(size=(n, 3))
    shares = np.exp(odds) / np.exp(odds).sum(axis=1, keepdims=True)
    y = (shares.cumsum(axis=1) > generator.random((n, 1))).argmax(axis=1)
    bent = shares**power
    return bent / bent.sum(axis=1, keepdims=True), y


@pytest.mark.parametrize("power", [0.5, 1.0, 2.5])
def test_temperature_finds_the_power(power: float) -> None:
    """Of probabilities taken to a power the temperature is that power."""
    calibration = fit_calibration("temperature", *draw(4_000, power=power))

    assert calibration.parameters["temperature"] == pytest.approx(power, rel=0.07)


@pytest.mark.parametrize("method", FITTED)
@pytest.mark.parametrize("power", [0.4, 2.5])
def test_calibration_lowers_the_loss_on_fresh_rows(method: str, power: float) -> None:
    """Each method mends what is too bold or too timid, on rows that it was not fitted to."""
    fitted = fit_calibration(method, *draw(1_500, power=power))
    fresh, y = draw(1_500, power=power, seed=1)

    assert log_loss(fitted.apply(fresh), y) < log_loss(fresh, y) - 0.05


@pytest.mark.parametrize("method", FITTED)
def test_fitted_calibration_can_be_served(method: str) -> None:
    """What is fitted is sound for a card, also when a class never occurs and everything is right."""
    y = np.arange(60) % 2
    certain = np.eye(3)[y]

    fitted = fit_calibration(method, certain, y)

    card = {"classes": ["a", "b", "c"], "calibration": fitted.to_json()}
    found = Calibration.of(card).apply(certain)
    assert (found.argmax(axis=1) == y).all()
    assert np.isfinite(np.log(found[np.arange(60), y])).all()


def test_isotonic_never_says_impossible() -> None:
    """A class that no row like this had keeps one part in n + 2, so that the first one costs no infinity."""
    probabilities, y = draw(200)

    found = fit_calibration("isotonic", probabilities, y).apply(np.eye(3))

    assert found.min() > 1 / (3 * 202)


def test_right_probabilities_are_left_alone() -> None:
    """Where nothing is to be mended, nothing is changed."""
    chosen = choose_calibration(*draw(600), seed=0)

    assert chosen.calibration == Calibration()
    assert chosen.facts["chosen"] == "none"


@pytest.mark.parametrize("power", [0.4, 2.5])
def test_bent_probabilities_are_mended(power: float) -> None:
    """A calibration is chosen, the plainest that does, and the reason gives figures."""
    probabilities, y = draw(600, power=power)

    chosen = choose_calibration(probabilities, y, seed=0)

    assert chosen.calibration.method == chosen.facts["chosen"] == "temperature"
    assert "standard error" in chosen.facts["why"]
    assert log_loss(chosen.crossfitted["temperature"], y) < log_loss(probabilities, y)
    assert set(chosen.facts["methods"]) == {"none", "temperature", "sigmoid"}


def test_isotonic_is_tried_on_many_rows() -> None:
    """With enough rows the step function is among the methods, and mends what no power can."""
    probabilities, y = draw(2 * ISOTONIC_ROWS)
    steps = np.where(probabilities > 0.5, 0.9, 0.05)

    chosen = choose_calibration(steps / steps.sum(axis=1, keepdims=True), y, seed=0)

    assert "isotonic" in chosen.facts["methods"]


def test_few_rows_are_not_calibrated() -> None:
    """Too few rows to tell are said to be so."""
    chosen = choose_calibration(*draw(FEWEST_ROWS - 1, power=4), seed=0)

    assert chosen.calibration.method == "none"
    assert str(FEWEST_ROWS) in chosen.facts["why"]


def test_repeats_are_no_new_rows() -> None:
    """The same answers three times over are no more evidence than once."""
    probabilities, y = draw(300, power=1.3)

    once, thrice = (
        choose_calibration(found, y, seed=0) for found in (probabilities, np.stack([probabilities] * 3))
    )

    assert once.facts["chosen"] == thrice.facts["chosen"]
    assert thrice.crossfitted["none"].shape == (3, 300, 3)
