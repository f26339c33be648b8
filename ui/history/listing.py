"""A page of the prediction log, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ui.answer import say_cluster
from ui.figure.element import Html, table, tag
from ui.figure.number import MISSING, moment, number, share
from ui.form import say_name

Row = Mapping[str, Any]
Features = Sequence[Mapping[str, Any]]
PAGE_ROWS = 20
EMPTY = (
    "No prediction has been answered yet. Ask for one on the Predict tab, and it stands here a second later."
)
NO_MATCH = "No prediction matches: change the filters, or clear them."
ON_LOAD = """
element.addEventListener('click', (event) => {
  const pick = event.target.closest('button[data-id]');
  if (pick) trigger('choose', { id: pick.dataset.id });
});
"""
"""Hands the id of the prediction whose button was pushed to the event `choose`."""


def show_page(rows: Sequence[Row], features: Features, *, n_before: int, is_filtered: bool) -> Html:
    """List a page of predictions, each with a button that shows its pedigree."""
    if not rows:
        return tag("p", NO_MATCH if is_filtered else EMPTY, class_="empty")
    heads = ["Answered, UTC", "Label", "#Confidence", "Cluster", "Key", "Model"]
    heads += [_head(feature) for feature in features]
    body = [_row(row, features) for row in rows]
    caption = f"Predictions {n_before + 1:,} to {n_before + len(rows):,}, newest first"
    return tag("div", table(heads, body, caption=caption), class_="history")


def _head(feature: Mapping[str, Any]) -> str:
    """Write a feature's name with its unit; figures stand flush right."""
    unit = f", {feature['unit']}" if feature.get("unit") else ""
    sign = "#" if feature["type"] in {"integer", "number"} else ""
    return f"{sign}{say_name(feature['name'])}{unit}"


def _row(row: Row, features: Features) -> list[object]:
    when = moment(row["time_us"]).removesuffix(" UTC")
    pick = tag(
        "button",
        when,
        type="button",
        class_="pick",
        data_id=row["id"],
        aria_label=f"Pedigree of the prediction of {when}",
    )
    record = row.get("record") or {}
    cluster = "none: an outlier" if row.get("outlier") else say_cluster(row.get("cluster", -1), {})
    return [
        pick,
        tag("b", row["label"]),
        share(row["confidence"]),
        cluster,
        MISSING if row.get("key") is None else row["key"],
        row["model"],
        *(number(record.get(feature["name"])) for feature in features),
    ]
