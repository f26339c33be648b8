"""Scores: members, vote and baseline, with and without cluster features."""

from __future__ import annotations

from typing import Any

from pages.block import Cell, Plot, Points, Section, Table, present
from pages.evaluation.measured import (
    BASELINE,
    LOWER_IS_BETTER,
    SHORT,
    TITLES,
    Measured,
    look_of_inputs,
    name_inputs,
    name_member,
)
from pages.number import bounds, fixed, listed, number, sentence, share
from pages.plot import axis, css, dots, figure, label, layout, names_axis, rows_height, share_axis

DRAWN = ("log_loss", "accuracy")
"""Log-loss decides, and accuracy is what most people ask for; the table has all measures."""


def show_scores(measured: Measured) -> Section | None:
    """Show the scores of everything that was tried."""
    if not any(measured.scores.values()):
        return None
    names = order_names(measured)
    says = (
        "Every member, the vote and a baseline, all judged on rows that they never saw, with 95 % intervals."
    )
    plots = [_plot(measured, names, measure) for measure in DRAWN]
    why = [sentence(one) for one in measured.decision.get("why") or []]
    decided = Points(why, title="Why this one ships") if why else None
    return Section("scores", "Scores", says, present(decided, *plots, _table(measured, names)))


def order_names(measured: Measured) -> list[str]:
    """Order everything by its best log-loss, the baseline last."""
    best: dict[str, float] = {}
    for lines in measured.scores.values():
        for name, scores in lines.items():
            loss = (scores.get("log_loss") or {}).get("value")
            best[name] = min(best.get(name, float("inf")), loss if loss is not None else float("inf"))
    return sorted(best, key=lambda name: (name == BASELINE, best[name], name))


def _plot(measured: Measured, names: list[str], measure: str) -> Plot | None:
    kinds = [kind for kind, lines in measured.scores.items() if any(measure in one for one in lines.values())]
    if not kinds:
        return None
    title, drawn = TITLES[measure], _drawn(measured, names, measure)
    left_out = "" if len(drawn) == len(names) else f" Off the scale: {_off(measured, measure)}."
    better = "Lower is better" if measure in LOWER_IS_BETTER else "Higher is better"
    looks = listed([name_inputs(kind) for kind in kinds])
    return Plot(
        f"plot-score-{measure.replace('_', '-')}",
        f"{title}{' in nats' if measure == 'log_loss' else ''}.",
        f"{better}; bars are 95 % intervals; {looks}. Overlapping bars do not mean that there is no "
        f"difference: the paired comparisons below say that.{left_out}",
        _figure(measured, drawn, kinds, measure),
        f"{name_member(names[0])} has the lowest log-loss",
        height=rows_height(len(drawn), 110) + 8 * len(drawn) * (len(kinds) - 1),
    )


def _drawn(measured: Measured, names: list[str], measure: str) -> list[str]:
    """Leave out a baseline that lies so far off that the others would fall together."""
    others = [
        lines[name][measure]
        for lines in measured.scores.values()
        for name in lines
        if name != BASELINE and lines[name].get(measure)
    ]
    baseline = measured.baseline.get(measure)
    if not others or not baseline:
        return names
    ends = [one.get(end, one["value"]) for one in others for end in ("low", "high")]
    width = max(ends) - min(ends)
    gap = max(baseline["value"] - max(ends), min(ends) - baseline["value"])
    return [name for name in names if name != BASELINE] if gap > 2 * width else names


def _off(measured: Measured, measure: str) -> str:
    """Say where the baseline lies that is not drawn."""
    return f"{name_member(BASELINE)}, {_write(measure, measured.baseline[measure])}"


def _figure(measured: Measured, names: list[str], kinds: list[str], measure: str) -> dict[str, Any]:
    traces, drawn = [], []
    for place, kind in enumerate(kinds):
        known = [(row, name) for row, name in enumerate(names) if _value(measured, kind, name, measure)]
        shift = 0.0 if len(kinds) == 1 else 0.17 * (2 * place / (len(kinds) - 1) - 1)
        found = [measured.scores[kind][name][measure] for _, name in known]
        drawn += found
        look = look_of_inputs(kind, place)
        texts = [
            f"{label(name_member(name))}, {label(look.name)}<br>{_write(measure, one)}"
            for (_, name), one in zip(known, found, strict=True)
        ]
        traces.append(
            dots(
                found,
                [row + shift for row, _ in known],
                name=look.name,
                colour=css(look.colour),
                texts=texts,
                symbol=look.symbol,
            )
        )
    x = _axis(measure, drawn)
    shipped = measured.procedure
    shown = [f"{name_member(name)} ←" if name == shipped else name_member(name) for name in names]
    return figure(traces, layout(x, names_axis(shown), showlegend=len(kinds) > 1))


def _axis(measure: str, drawn: list[dict[str, Any]]) -> dict[str, Any]:
    if measure in LOWER_IS_BETTER:
        return axis("nats" if measure == "log_loss" else "")
    ends = [one.get(end, one["value"]) for one in drawn for end in ("low", "high")]
    return share_axis(low=min(ends), high=max(ends))


def _value(measured: Measured, kind: str, name: str, measure: str) -> bool:
    one = measured.scores[kind].get(name, {}).get(measure)
    return one is not None and one.get("value") is not None


def _write(measure: str, one: dict[str, Any]) -> str:
    is_share = measure not in LOWER_IS_BETTER
    value = share(one["value"]) if is_share else fixed(one["value"], 5)
    ends = bounds(one, is_share=is_share, places=5)
    return f"{value} ({ends})" if ends else value


def _table(measured: Measured, names: list[str]) -> Table:
    has_kinds = len(measured.scores) > 1
    measures = [
        measure
        for measure in TITLES
        if any(measure in one for lines in measured.scores.values() for one in lines.values())
    ]
    rows: list[list[object]] = []
    marked: set[int] = set()
    for name in names:
        for place, (kind, lines) in enumerate(measured.scores.items()):
            if name not in lines:
                continue
            if name == measured.procedure and kind == measured.decision.get("inputs"):
                marked.add(len(rows))
            look = Cell(SHORT.get(kind, kind), identity=look_of_inputs(kind, place))
            cells = [_cell(measure, lines[name].get(measure), measured.loss_places) for measure in measures]
            rows.append([name_member(name), *([look] if has_kinds else []), *cells])
    heads = [
        "",
        *(["Cluster features"] if has_kinds else []),
        *(f"#{_head(measure)}" for measure in measures),
    ]
    method = next((one.get("method") for one in measured.headline.values() if isinstance(one, dict)), None)
    note = "The marked row ships (← in the plots)." + (f" Intervals: {_methods(measured)}." if method else "")
    return Table(
        "Scores on held-out rows, with 95 % intervals", heads, rows, note=note, marked=frozenset(marked)
    )


def _head(measure: str) -> str:
    return "Log-loss, nats" if measure == "log_loss" else TITLES[measure]


def _cell(measure: str, one: dict[str, Any] | None, places: int) -> Cell:
    if not one:
        return Cell(number(None))
    is_share = measure not in LOWER_IS_BETTER
    value = share(one["value"]) if is_share else fixed(one["value"], places)
    return Cell(value, bounds(one, is_share=is_share, places=places))


def _methods(measured: Measured) -> str:
    """Say by which method the interval of each measure was made."""
    found = {
        measure: one.get("method") for measure, one in measured.headline.items() if isinstance(one, dict)
    }
    return ", ".join(
        f"{TITLES.get(measure, measure).lower()} {method}" for measure, method in found.items() if method
    )
