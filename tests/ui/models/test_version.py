"""Versions and generations as tables."""

from __future__ import annotations

from typing import Any

from tests.ui.figure.reading import REPORT, measured, words
from ui.models.detail import NO_REPORT, show_detail
from ui.models.version import show_generations, show_versions

HEADLINE = REPORT["scores"]["frame+clusters"]["calibrated_vote"]
SHIPPED = {"procedure": "calibrated_vote"}
FIRST: dict[str, Any] = {"tag": "iris:1", "snapshot": "s", "seed": 0, "effort": "quick", "headline": HEADLINE}
FIRST |= {"shipped": SHIPPED, "inputs": "frame+clusters"}
SECOND = {**FIRST, "tag": "iris:2", "seed": 1}
DAMAGED = {"tag": "iris:3", "snapshot": None, "shipped": None, "headline": None, "seed": None}
BACK = {"number": 3, "champion": "iris:1", "who": "bo", "why": "it was <worse>", "time_us": 2_000_000}
GENERATIONS: list[dict[str, Any]] = [
    {**BACK, "evidence": {"rolled_back_to": 1}},
    {"number": 2, "champion": "iris:2", "who": "ann", "why": "it is better", "time_us": 1_000_000},
    {"number": 1, "champion": "iris:1", "who": "herdbook train", "why": "the first model", "time_us": 0},
]


def test_versions_put_the_one_that_serves_first():
    """The champion stands first and is marked; the one that is shown below is pressed."""
    html = show_versions([DAMAGED, SECOND, FIRST], GENERATIONS, current="iris:1", chosen="iris:2")

    assert html.index("iris:1") < html.index("iris:2") < html.index("iris:3")
    assert html.count('aria-pressed="true"') == 1
    assert 'data-model="iris:2" aria-pressed="true"' in html
    assert "iris:1 serves now generation 1, 3 first 1970-01-01 00:00:00 UTC vote, calibrated" in words(html)


def test_versions_show_a_damaged_model_beside_the_others():
    """A card that cannot be read hides no other model."""
    said = words(show_versions([DAMAGED], GENERATIONS, current="iris:1", chosen=None))

    assert "iris:3 never cannot be read" in said


def test_versions_of_none_say_what_to_do():
    """Without a model there is nothing to list."""
    assert "Train one on the Train tab" in words(show_versions([], [], current=None, chosen=None))


def test_generations_tell_who_why_and_what_was_rolled_back():
    """Each generation has its champion, who, when and why, newest first."""
    html = show_generations(GENERATIONS)

    assert "3 iris:1 1970-01-01 00:00:02 UTC bo it was <worse> rolled back to generation 1" in words(html)
    assert "<worse>" not in html


def test_detail_without_a_report_says_so():
    """A model whose evaluation is not in the ledger shows what its card says."""
    said = words(show_detail({"tag": "iris:1", "card": {}, "generations": []}, None, current=None))

    assert NO_REPORT in said
    assert "none: it never served" in said
    assert "Confusion matrix" not in said


def test_detail_shows_the_whole_evaluation():
    """Headline, members, comparisons, confusion and calibration of a report are shown."""
    model = {"tag": "iris:1", "card": {"rows": {"trained_on": 150}}, "generations": [1]}
    said = words(show_detail(model, measured().report, current="iris:1"))

    for part in (
        "serves now",
        "150 records",
        "What ships, and why",
        "Members compared",
        "Paired comparisons",
    ):
        assert part in said
    assert said.index("Confusion matrix") < said.index("Calibration")
