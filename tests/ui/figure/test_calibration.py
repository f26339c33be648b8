"""The calibration curve."""

from __future__ import annotations

from tests.ui.figure.reading import REPORT, drawn, measured, words
from ui.figure.calibration import calibration, find_curves


def test_calibration_draws_both_curves_with_their_intervals():
    """A calibrated model has a curve before and one as it ships, each point with the bounds of the report."""
    bins = REPORT["calibration"]["reliability"]["after"]

    diagonal, before, after = drawn(calibration(measured()))["data"]

    assert diagonal["line"]["dash"] == "dot"
    assert len(before["x"]) == len(REPORT["calibration"]["reliability"]["before"])
    assert after["y"] == [one["accuracy"] for one in bins]
    assert after["error_y"]["array"] == [one["high"] - one["accuracy"] for one in bins]
    assert after["error_y"]["arrayminus"] == [one["accuracy"] - one["low"] for one in bins]


def test_calibration_that_changes_nothing_draws_one_curve():
    """Before and after are the same where nothing was calibrated: one curve says it."""
    part = REPORT["calibration"]
    same = {
        **part,
        "reliability": {"before": part["reliability"]["after"], "after": part["reliability"]["after"]},
    }

    assert list(find_curves(same)) == ["after"]
    assert len(drawn(calibration(measured(calibration=same)))["data"]) == 2


def test_calibration_says_what_was_chosen_and_why():
    """The method, the reason and the error with its level by chance are told in words."""
    said = words(calibration(measured()))

    assert "Calibration: temperature. Temperature lowers the log-loss from 0.1104" in said
    assert "Expected calibration error 0.0545 (0.0313 by chance alone, were it calibrated)." in said


def test_calibration_of_a_report_without_one_says_so():
    """A report without bins is no error."""
    assert words(calibration(measured(calibration=None))).strip() == "The report holds no calibration curve."
