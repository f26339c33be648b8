"""The headline of a model, and models beside each other."""

from __future__ import annotations

from tests.ui.figure.reading import REPORT, measured, words
from ui.figure.measured import Measured
from ui.figure.number import MISSING
from ui.figure.score import NO_SCORE, tiles, versus


def test_tiles_show_the_headline_with_intervals():
    """Accuracy, macro-F1 and log-loss of what ships stand with their intervals, and chance beside them."""
    said = words(tiles(measured()))

    assert "Accuracy 94.0 % 88.6 % to 96.9 %" in said
    assert "Log-loss, nats 0.1182 0.0837 to 0.2181" in said
    assert "Most frequent class alone 33.3 %" in said


def test_tiles_of_clusters_say_with_whom_the_model_agrees():
    """Where the labels are names of clusters, to be right is to agree with the discovery."""
    said = words(tiles(measured(fold_discovery={"n_clusters": [3]})))

    assert "Agreement with the discovery 94.0 %" in said


def test_tiles_without_a_score_say_so():
    """A card without scores is no error."""
    assert words(tiles(Measured({"headline": None}))).strip() == NO_SCORE


def test_versus_gives_losses_the_places_that_tell_them_apart():
    """Two models of very small log-loss differ in more than three places."""
    one, two = ({"log_loss": {"value": value, "low": 0.0004, "high": 0.02}} for value in (0.00073, 0.00083))

    said = words(versus({"a:1": one, "a:2": two}, {"a:1": "champion", "a:2": "challenger"}, caption="Both"))

    assert "champion a:1 0.00073 0.00040 to 0.02000" in said
    assert "challenger a:2 0.00083" in said


def test_versus_of_a_model_without_figures_leaves_dashes():
    """A champion that cannot be compared has no figures."""
    headline = REPORT["scores"]["frame"]["vote"]

    said = words(
        versus({"a:1": {}, "a:2": headline}, {"a:1": "champion", "a:2": "challenger"}, caption="Both")
    )

    assert f"champion a:1 {' '.join([MISSING] * 4)}" in said
