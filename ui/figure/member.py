"""Members compared: the vote, each member alone and the most frequent class, with and without clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ui.figure.draw import axis, css, draw, layout, text
from ui.figure.element import Html, fold, join, paragraph, table, tag
from ui.figure.measured import BASELINE, TITLES, Measured, Scores, name_inputs, name_member
from ui.figure.number import bounds, fixed, share
from ui.figure.score import cells, head

LOOKS = (("c0", "circle"), ("c1", "diamond"))
ROW_PX = 34
HIDDEN = frozenset({"best_single"})
"""It stands for whichever member a fold found best, and no reader meets it elsewhere."""
BESIDE = 2.0
"""A baseline further off than so many widths of all the others is not drawn, but stands in the table."""


def members(measured: Measured) -> Html:
    """Compare the members in a figure and a table; a sentence, if the model was not compared with any."""
    names = order(measured)
    if len(names) < 2:
        return paragraph("No members were compared for this model.", "note")
    kinds = list(measured.scores)
    said = (
        "Log-loss in nats on held-out rows: further left is better, bars are 95 % intervals. Overlapping "
        "bars do not mean that there is no difference; the paired comparisons say that."
    )
    return join(
        [
            _key(kinds),
            Html(_figure(measured, names, kinds)),
            paragraph(said, "note"),
            _tables(measured, names),
        ]
    )


def order(measured: Measured) -> list[str]:
    """Name the members, the least log-loss first and the baseline last."""
    best: dict[str, float] = {}
    for lines in measured.scores.values():
        for name, scores in lines.items():
            loss = (scores.get("log_loss") or {}).get("value", float("inf"))
            best[name] = min(best.get(name, float("inf")), loss)
    shown = [name for name in best if name not in HIDDEN]
    return sorted(shown, key=lambda name: (name == BASELINE, best[name], name))


def _key(kinds: Sequence[str]) -> Html:
    """Say which colour and symbol is which."""
    if len(kinds) < 2:
        return Html()
    signs = {"circle": "●", "diamond": "◆"}
    shown = [
        tag(
            "span",
            tag("span", signs[symbol], class_=f"sign {colour}", aria_hidden="true"),
            f" {name_inputs(kind)}",
        )
        for kind, (colour, symbol) in zip(kinds, LOOKS, strict=False)
    ]
    return tag("p", *shown, class_="key")


def _figure(measured: Measured, names: Sequence[str], kinds: Sequence[str]) -> str:
    drawn = _within(measured, names)
    traces = [
        _trace(measured, kind, drawn, look=look, shift=0.0 if len(kinds) == 1 else 0.14 * (2 * place - 1))
        for place, (kind, look) in enumerate(zip(kinds, LOOKS, strict=False))
    ]
    shipped = measured.procedure
    labels = [
        f"<b>{text(name_member(name))}</b>" if name == shipped else text(name_member(name)) for name in drawn
    ]
    y = axis(
        tickmode="array",
        tickvals=list(range(len(drawn))),
        ticktext=labels,
        range=[len(drawn) - 0.4, -0.6],
        showgrid=False,
    )
    best = name_member(names[0])
    says = f"Log-loss of {len(drawn)} members with 95 % intervals; {best} has the lowest. A table follows."
    return draw(
        traces,
        layout(axis("log-loss, nats", range=_reach(measured, drawn)), y),
        says=says,
        height_px=_height(drawn),
    )


def _reach(measured: Measured, drawn: Sequence[str]) -> list[float]:
    """Give both ends of the axis, a little beyond all that is drawn, so that no point covers a name."""
    found = [one["log_loss"] for name, one in _scores(measured) if name in drawn and one.get("log_loss")]
    top = max((one.get("high", one["value"]) for one in found), default=1.0)
    return [-top / 40, top * 1.03]


def _height(drawn: Sequence[str]) -> int:
    return 70 + ROW_PX * len(drawn)


def _within(measured: Measured, names: Sequence[str]) -> list[str]:
    """Leave out a baseline beside which the others would fall together."""
    others = [one["log_loss"] for name, one in _scores(measured) if name != BASELINE and one.get("log_loss")]
    baseline = measured.baseline.get("log_loss")
    if not others or not baseline:
        return list(names)
    ends = [one.get(end, one["value"]) for one in others for end in ("low", "high")]
    is_far = baseline["value"] - max(ends) > BESIDE * (max(ends) - min(ends))
    return [name for name in names if name != BASELINE] if is_far else list(names)


def _scores(measured: Measured) -> list[tuple[str, Scores]]:
    return [one for lines in measured.scores.values() for one in lines.items()]


def _trace(
    measured: Measured, kind: str, names: Sequence[str], *, look: tuple[str, str], shift: float
) -> dict[str, Any]:
    lines, (colour, symbol) = measured.scores[kind], look
    known = [(row, name, lines[name]["log_loss"]) for row, name in enumerate(names) if _has_loss(lines, name)]
    found = [one for _, _, one in known]
    places = measured.loss_places
    said = [
        f"{text(name_member(name))}, {text(name_inputs(kind))}<br>{fixed(one['value'], places)} "
        f"({bounds(one, places=places)})<br>right {share((lines[name].get('accuracy') or {}).get('value'))}"
        for _, name, one in known
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [one["value"] for one in found],
        "y": [row + shift for row, _, _ in known],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [one.get("high", one["value"]) - one["value"] for one in found],
            "arrayminus": [one["value"] - one.get("low", one["value"]) for one in found],
            "color": css(colour),
            "thickness": 1.6,
            "width": 0,
        },
        "marker": {"color": css(colour), "size": 9, "symbol": symbol},
        "text": said,
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }


def _has_loss(lines: Mapping[str, Scores], name: str) -> bool:
    return (lines.get(name, {}).get("log_loss") or {}).get("value") is not None


def _tables(measured: Measured, names: Sequence[str]) -> Html:
    """Show the figures: those with the inputs that ship, and folded those with the others."""
    shipped = [kind for kind in measured.scores if kind == measured.inputs] or list(measured.scores)[:1]
    others = [_table(measured, names, kind) for kind in measured.scores if kind not in shipped]
    more = fold("The same with other inputs", *others)
    return join([*(_table(measured, names, kind) for kind in shipped), more])


def _table(measured: Measured, names: Sequence[str], kind: str) -> Html:
    lines = measured.scores[kind]
    known = [name for name in names if name in lines]
    measures = [measure for measure in TITLES if any(measure in lines[name] for name in known)]
    rows = [
        [name_member(name), *cells(lines[name], places=measured.loss_places, measures=measures)]
        for name in known
    ]
    is_shipped = kind == measured.inputs and measured.procedure in known
    marked = [known.index(measured.procedure)] if is_shipped else []
    caption = f"{name_inputs(kind).capitalize()}, 95 % intervals"
    note = "The marked row is what ships." if marked else ""
    return table(["Member", *map(head, measures)], rows, caption=caption, note=note, marked=marked)
