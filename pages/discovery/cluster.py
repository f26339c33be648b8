"""The clusters: all in one table, how they differ, and a card for each."""

from __future__ import annotations

from typing import Any

from pages.block import Cards, Cell, Plot, Section, Table, present
from pages.discovery.card import make_card
from pages.discovery.found import Found
from pages.discovery.verdict import grade
from pages.number import MISSING, fixed, number, share
from pages.plot import axis, css, figure, label, layout, names_axis, rows_height

MOST_FEATURES = 25
"""Of more features those with the greatest effect on any cluster are drawn."""


def show_clusters(found: Found) -> Section | None:
    """Show what every cluster is made of."""
    if not found.clusters:
        return None
    says = (
        "A cluster is a group of records that lie closer together than those around them. The cards show "
        "each in its features' own units: of a strip, the line is the range, the box the middle half and the "
        "tick the median, on the scale of all clusters (logarithmic where these differ widely)."
    )
    cards = Cards([make_card(found, cluster) for cluster in found.clusters])
    return Section("clusters", "Clusters", says, present(_table(found), _effects(found), cards))


def _table(found: Found) -> Table:
    heads = ["Cluster", "#Records", "#Share", "#Density", "#Median membership", "#Stability", "Which is"]
    rows = [_row(found, cluster) for cluster in found.clusters]
    n_outliers = found.report.get("n_outliers")
    if n_outliers is not None:
        n_records = found.report.get("n_records")
        portion = share(n_outliers / n_records) if n_records else MISSING
        none = found.of(-1)
        rows.append(
            [Cell(none.name, identity=none, mark="muted"), number(n_outliers), portion, "", "", "", ""]
        )
    note = (
        "Density: 1 / distance to the neighbours in the clustering space, so it compares clusters of this "
        "report only. Membership: 1 at a cluster's core, falling to 0. Stability: mean Jaccard overlap "
        "with the most similar cluster when a part of the records is taken away."
    )
    return Table("All clusters", heads, rows, note=note)


def _row(found: Found, cluster: dict[str, Any]) -> list[object]:
    identity, stability = found.of(cluster["cluster"]), cluster.get("stability")
    weak = stability is not None and stability < 0.75
    return [
        Cell(identity.name, f"cluster {identity.number}" if identity.is_named else "", identity=identity),
        number(cluster.get("n_records")),
        share(cluster.get("share")),
        number(cluster.get("density")),
        fixed(cluster.get("median_membership"), 2),
        fixed(stability, 2),
        Cell(grade(stability), mark="warn" if weak else "") if stability is not None else "",
    ]


def _effects(found: Found) -> Plot | None:
    """Draw how strongly each feature sets each cluster apart."""
    effects = {
        (one["feature"], cluster["cluster"]): one
        for cluster in reversed(found.clusters)
        for one in reversed(cluster.get("separates") or [])
        if one.get("effect") is not None
    }
    if not effects or len(found.clusters) < 2:
        return None
    strongest: dict[str, float] = {}
    for (feature, _), one in effects.items():
        strongest[feature] = max(strongest.get(feature, 0.0), abs(one["effect"]))
    order = sorted(strongest, key=lambda feature: -strongest[feature])
    shown = order[:MOST_FEATURES]
    more = (
        f" The {MOST_FEATURES} strongest are drawn, and {len(order) - len(shown)} more are not."
        if len(order) > len(shown)
        else ""
    )
    return Plot(
        "plot-effects",
        "What sets the clusters apart.",
        "Effect of each feature on each cluster against the others: 1 larger in every pair of records (or "
        f"always true), -1 smaller, 0 no difference; of a category, its strength from 0 to 1.{more}",
        _effects_figure(found, shown, effects),
        f"the strongest is {shown[0]} with an effect of {fixed(strongest[shown[0]], 2)} in size",
        height=rows_height(len(shown), 130),
    )


def _effects_figure(
    found: Found, features: list[str], effects: dict[tuple[str, int], dict[str, Any]]
) -> dict[str, Any]:
    clusters = [cluster["cluster"] for cluster in found.clusters]
    chosen = [[effects.get((feature, cluster)) for cluster in clusters] for feature in features]
    values = [[one["effect"] if one else None for one in row] for row in chosen]
    is_few = len(clusters) <= 8
    trace = {
        "type": "heatmap",
        "x": list(range(len(clusters))),
        "y": list(range(len(features))),
        "z": values,
        "zmin": -1,
        "zmax": 1,
        "xgap": 2,
        "ygap": 2,
        "colorscale": [[0, css("low")], [0.5, css("mid")], [1, css("high")]],
        "colorbar": {"thickness": 10, "outlinewidth": 0, "tickvals": [-1, 0, 1], "len": 0.8},
        "text": [[label(one["says"] if one else "", 120) for one in row] for row in chosen],
        "hovertemplate": "%{text}<extra></extra>",
        "showscale": not is_few,
    }
    marks = [
        {
            "x": column,
            "y": row,
            "text": fixed(value, 2),
            "showarrow": False,
            "font": {"size": 11, "color": ink},
        }
        for row, line in enumerate(values)
        for column, value in enumerate(line)
        if is_few and value is not None and (ink := css("panel" if abs(value) > 0.6 else "ink"))
    ]
    names = [found.of(cluster).name for cluster in clusters]
    top = axis(
        tickmode="array",
        tickvals=list(range(len(names))),
        ticktext=[label(name, 14) for name in names],
        side="top",
        showgrid=False,
    )
    return figure([trace], layout(top, names_axis(features), annotations=marks))
