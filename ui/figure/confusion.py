"""The confusion matrix: which class is taken for which, and precision and recall of each."""

from __future__ import annotations

from collections.abc import Sequence

from ui.figure.element import Html, fold, interval, join, paragraph, table, tag
from ui.figure.measured import Measured
from ui.figure.number import bounds, count, sentence, share

MOST_CLASSES = 12
"""With more classes than this, a table lists what is taken for what in the place of the matrix."""
MOST_CONFUSED = 12


def confusion(measured: Measured) -> Html:
    """Show the matrix and the classes; a sentence, if the report has none."""
    part = measured.part("confusion")
    classes, counts = [str(one) for one in part.get("classes") or []], part.get("counts") or []
    if not classes or not counts:
        return paragraph("The report holds no confusion matrix.", "note")
    shown = _matrix(classes, counts) if len(classes) <= MOST_CLASSES else _confused(classes, counts)
    return join(
        [
            paragraph(sentence(part.get("says"))),
            shown,
            fold("Precision and recall of each class", _classes(measured)),
        ]
    )


def _matrix(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> Html:
    rows = []
    for place, row in enumerate(counts):
        whole = sum(row)
        cells = [_cell(value, whole, is_right=place == column) for column, value in enumerate(row)]
        rows.append([classes[place], *cells, f"{whole:,}"])
    heads = ["In truth", *(f"#told {name}" for name in classes), "#Rows"]
    note = "Rows are the truth, columns the answer; the share is of the row's class."
    return tag("div", table(heads, rows, caption="Numbers of held-out rows", note=note), class_="confusion")


def _cell(value: int, whole: int, *, is_right: bool) -> Html:
    """Write a count on a ground as strong as its share."""
    portion = value / whole if whole else 0.0
    kind = "right" if is_right else "wrong" if value else "none"
    inside = interval(f"{value:,}", share(portion) if value else "")
    return tag("span", inside, class_=f"share {kind}", style=f"--share:{portion:.3f}")


def _confused(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> Html:
    pairs = [
        (value, row, column)
        for row, line in enumerate(counts)
        for column, value in enumerate(line)
        if row != column and value
    ]
    shown = sorted(pairs, key=lambda one: (-one[0], one[1], one[2]))[:MOST_CONFUSED]
    rows = [
        [classes[row], classes[column], f"{value:,}", share(value / sum(counts[row]))]
        for value, row, column in shown
    ]
    left = len(pairs) - len(shown)
    note = f"And {count(left, 'pair')} more." if left else ""
    heads = ["In truth", "Told", "#Rows", "#Share of the class"]
    return table(heads, rows, caption="What is taken for what", note=note) if rows else Html()


def _classes(measured: Measured) -> Html:
    lines = measured.report.get("classes") or []
    rows = [
        [
            line.get("name"),
            f"{line.get('n') or 0:,}",
            *(_share(line, name) for name in ("precision", "recall")),
        ]
        for line in lines
    ]
    heads = ["Class", "#Rows", "#Precision", "#Recall"]
    return table(heads, rows, caption="Classes, with 95 % intervals") if rows else Html()


def _share(line: dict[str, object], name: str) -> Html:
    found = line.get(name)
    if not isinstance(found, dict):
        return interval(share(None))
    return interval(share(found.get("value")), bounds(found, is_share=True))
