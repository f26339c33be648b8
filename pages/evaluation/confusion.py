"""The confusion matrix: which class is taken for which."""

from __future__ import annotations

from typing import Any

from pages.block import Block, Cell, Plot, Section, Table
from pages.evaluation.measured import Measured
from pages.identity import Identity
from pages.number import count, number, sentence, share
from pages.plot import axis, css, figure, label, layout, names_axis, rows_height

MOST_IN_TABLE = 10
MOST_CONFUSED = 10
MARKS = [0, 0.5, 1]


def show_confusion(measured: Measured) -> Section | None:
    """Show the counts, as a table for few classes and as a plot for many."""
    part = measured.part("confusion")
    classes, counts = [str(one) for one in part.get("classes") or []], part.get("counts") or []
    if not classes or not counts:
        return None
    total = sum(map(sum, counts))
    wrong = total - sum(counts[place][place] for place in range(len(classes)))
    portion = share(wrong / total if total else 0.0)
    says = f"{number(wrong)} of {count(total, 'row')} ({portion}) got another class."
    says = sentence(part.get("says")) or says
    is_small = len(classes) <= MOST_IN_TABLE
    blocks: list[Block] = [_table(classes, counts) if is_small else _plot(classes, counts)]
    confused = _confused(classes, counts)
    if confused and not (is_small and len(classes) < 4):
        blocks.append(confused)
    return Section("confusion", "Confusion matrix", says, blocks)


def _table(classes: list[str], counts: list[list[float]]) -> Table:
    rows = []
    for place, row in enumerate(counts):
        whole = sum(row)
        cells = [_cell(value, whole, is_right=place == column) for column, value in enumerate(row)]
        rows.append([Cell(classes[place], identity=Identity(place, classes[place])), *cells, number(whole)])
    heads = ["In truth", *(f"#told {name}" for name in classes), "#Rows"]
    note = "Rows are the truth, columns the answer; the share is of the row's class."
    return Table("Numbers of held-out rows", heads, rows, note=note)


def _cell(value: float, whole: float, *, is_right: bool) -> Cell:
    if not value:
        return Cell("0", mark="muted")
    return Cell(number(value), share(value / whole), mark="good" if is_right else "warn")


def _plot(classes: list[str], counts: list[list[float]]) -> Plot:
    shares = [[value / max(sum(row), 1) for value in row] for row in counts]
    trace = {
        "type": "heatmap",
        "x": list(range(len(classes))),
        "y": list(range(len(classes))),
        "z": shares,
        "zmin": 0,
        "zmax": 1,
        "colorscale": [[0, css("mid")], [1, css("low")]],
        "colorbar": {
            "thickness": 10,
            "outlinewidth": 0,
            "tickvals": [0, 0.5, 1],
            "ticktext": [share(0), share(0.5), share(1)],
        },
        "text": [
            [
                f"{label(truth)} told {label(told)}: {number(counts[row][column])}"
                for column, told in enumerate(classes)
            ]
            for row, truth in enumerate(classes)
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }
    top = axis(
        "told",
        tickmode="array",
        tickvals=list(range(len(classes))),
        ticktext=[label(one, 16) for one in classes],
        tickangle=-60,
        showgrid=False,
    )
    right = sum(shares[place][place] for place in range(len(classes))) / len(classes)
    return Plot(
        "plot-confusion",
        "Confusion.",
        "Rows are the truth, columns the answer; the colour is the share of the row's class.",
        figure([trace], layout(top, names_axis(classes))),
        f"on average {share(right)} of a class get their own name",
        height=rows_height(len(classes), 180),
    )


def _confused(classes: list[str], counts: list[list[float]]) -> Table | None:
    pairs: list[tuple[Any, int, int]] = [
        (value, row, column)
        for row, line in enumerate(counts)
        for column, value in enumerate(line)
        if row != column and value
    ]
    if not pairs:
        return None
    shown = sorted(pairs, reverse=True)[:MOST_CONFUSED]
    rows = [
        [classes[row], classes[column], number(value), share(value / sum(counts[row]))]
        for value, row, column in shown
    ]
    more = len(pairs) - len(shown)
    note = f"And {count(more, 'pair')} more." if more else ""
    return Table(
        "What is taken for what", ["In truth", "Told", "#Rows", "#Share of the class"], rows, note=note
    )
