"""Stability: whether the clusters come back when a part of the records is taken away."""

from __future__ import annotations

from collections import Counter
from statistics import fmean
from typing import Any

from pages.block import Plot, Section, Table, present
from pages.discovery.found import Found
from pages.discovery.verdict import grade
from pages.number import count, fixed
from pages.plot import axis, css, figure, label, layout, line_at, names_axis, rows_height

MOST_CLUSTERS = 30


def show_stability(found: Found) -> Section | None:
    """Show how the clusters fare under resampling."""
    stability = found.part("stability")
    indices = [one for one in stability.get("adjusted_rand_index") or [] if one is not None]
    overlaps = list(stability.get("cluster_overlap") or [])
    if not indices and not overlaps:
        return None
    kept = f" {stability['kept']:.0%} of the records each," if stability.get("kept") else ""
    says = (
        f"Clusters were looked for anew in {count(len(indices), 'random part')},{kept} and compared with "
        "those of this report over all records."
    )
    return Section("stability", "Stability", says, present(_overlaps(found, overlaps), _refits(stability)))


def _overlaps(found: Found, overlaps: list[Any]) -> Plot | None:
    known = [(number, one) for number, one in enumerate(overlaps) if one is not None]
    if not known:
        return None
    shown = sorted(known, key=lambda one: one[1])[:MOST_CLUSTERS]
    if len(known) <= MOST_CLUSTERS:
        shown = known
    more = f" The {MOST_CLUSTERS} least stable of {len(known)} are drawn." if len(known) > len(shown) else ""
    weakest = min(known, key=lambda one: one[1])
    return Plot(
        "plot-stability",
        "How much of each cluster comes back.",
        "Mean Jaccard overlap with the most similar cluster of each refit. From 0.85 a cluster is stable, "
        f"from 0.75 fairly so; below 0.6 it should not be trusted (Hennig 2007).{more}",
        _figure(found, shown),
        f"the least stable is {found.of(weakest[0]).name} with {fixed(weakest[1], 2)}, {grade(weakest[1])}",
        height=rows_height(len(shown)),
    )


def _figure(found: Found, shown: list[tuple[int, float]]) -> dict[str, Any]:
    identities = [found.of(number) for number, _ in shown]
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [value for _, value in shown],
        "y": list(range(len(shown))),
        "marker": {
            "size": 11,
            "color": [css(identity.colour) for identity in identities],
            "symbol": [identity.symbol for identity in identities],
        },
        "text": [
            f"{label(one.full, 60)}: {fixed(value, 3)}"
            for one, (_, value) in zip(identities, shown, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "cliponaxis": False,
    }
    x = axis("mean Jaccard overlap", range=[0, 1.02], tickvals=[0, 0.3, 0.6, 0.85], tickangle=0)
    lines = [line_at(bound) for bound in (0.6, 0.75, 0.85)]
    return figure([trace], layout(x, names_axis([one.name for one in identities]), shapes=lines))


def _refits(stability: dict[str, Any]) -> Table | None:
    indices = [one for one in stability.get("adjusted_rand_index") or [] if one is not None]
    counts = stability.get("n_clusters") or []
    if not indices:
        return None
    numbers = ", ".join(f"{clusters} in {times}" for clusters, times in Counter(counts).most_common())
    rows = [
        ["Adjusted Rand index, mean", fixed(fmean(indices), 3)],
        ["Adjusted Rand index, lowest and highest", f"{fixed(min(indices), 3)} to {fixed(max(indices), 3)}"],
    ]
    if counts:
        rows.append(["Clusters found, in how many refits", numbers])
    return Table("The refits", ["Measure", "#Value"], rows)
