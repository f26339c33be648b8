"""The confusion matrix."""

from __future__ import annotations

from tests.ui.figure.reading import REPORT, measured, words
from ui.figure.confusion import MOST_CLASSES, confusion


def test_confusion_shows_every_count_with_its_share():
    """The counts of the report stand in the matrix, each with its share of the row's class."""
    said = words(confusion(measured()))

    assert "In truth told setosa told versicolor told virginica Rows" in said
    assert "versicolor 0 45 90.0 % 5 10.0 % 50" in said
    assert "9 of 150 records were answered wrong" in said


def test_confusion_tells_right_from_wrong_by_more_than_colour():
    """What is right, wrong and empty has a kind of its own, and a ground as strong as its share."""
    html = confusion(measured())

    assert html.count('class="share right"') == 3
    assert html.count('class="share wrong"') == 2
    assert 'class="share wrong" style="--share:0.100"' in html


def test_confusion_of_many_classes_lists_what_is_taken_for_what():
    """A matrix of many classes cannot be read: the most frequent mistakes are listed in its place."""
    n = MOST_CLASSES + 1
    counts = [[8 if row == column else row % 2 for column in range(n)] for row in range(n)]
    part = {"classes": [f"kind {place}" for place in range(n)], "counts": counts}

    said = words(confusion(measured(confusion=part)))

    assert "kind 1 kind 0 1 5.0 %" in said
    assert "And 60 pairs more." in said


def test_confusion_escapes_names_of_classes():
    """A class may have any name."""
    part = {"classes": ["<b>", "b"], "counts": [[1, 0], [1, 2]]}

    html = confusion(measured(confusion=part))

    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_confusion_lists_precision_and_recall_of_each_class():
    """Each class has its precision and recall with an interval."""
    line = REPORT["classes"][1]

    said = words(confusion(measured()))

    assert f"versicolor {line['n']} 91.0 % 78.2 % to 96.6 % 91.0 % 78.2 % to 96.6 %" in said


def test_confusion_of_a_report_without_one_says_so():
    """A report without a matrix is no error."""
    assert words(confusion(measured(confusion=None))).strip() == "The report holds no confusion matrix."
