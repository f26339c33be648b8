"""Stability: whether the clusters come back in halves of the records, and in refits on larger parts."""

from __future__ import annotations

from collections import Counter
from statistics import fmean
from typing import Any

from pages.block import Facts, Plot, Section, Table, present
from pages.discovery.found import Found
from pages.discovery.verdict import chosen_row, grade
from pages.number import count, fixed
from pages.plot import axis, css, figure, label, layout, line_at, names_axis, rows_height

MOST_CLUSTERS = 30


def show_stability(found: Found) -> Section | None:
    """Show how the clusters fare under resampling."""
    stability = found.part("stability")
    indices = [one for one in stability.get("adjusted_rand_index") or [] if one is not None]
    overlaps = list(stability.get("cluster_overlap") or [])
    row = chosen_row(found)
    blocks = present(_choice(row), _overlaps(found, overlaps), _refits(stability))
    if not indices and not overlaps and row.get("stability") is None:
        return None
    return Section("stability", "Stability", _say(stability, row, len(indices)), blocks)


def _say(stability: dict[str, Any], row: dict[str, Any], n_refits: int) -> str:
    kept = f" of {stability['kept']:.0%} of the records each" if stability.get("kept") else ""
    refits = (
        f"clusters were fitted again to {count(n_refits, 'random part')}{kept} and compared with those of "
        "this report. The scale was not chosen anew, and such parts share most records, so this can show "
        "that a cluster is weak, hardly that it is real."
    )
    if row.get("stability") is None:
        return refits[0].upper() + refits[1:]
    return f"What the choice went by is how clusters come back in random halves. As a supplement, {refits}"


def _choice(row: dict[str, Any]) -> Facts | None:
    """Show the stability that the choice used, beside what it asked for."""
    if row.get("stability") is None:
        return None
    facts = [("Least stable cluster, mean overlap in random halves", fixed(row["stability"], 3))]
    if row.get("stability_bound") is not None:
        facts.append(("Asked for in so many dimensions", fixed(row["stability_bound"], 3)))
    return Facts(facts)


def _overlaps(found: Found, overlaps: list[Any]) -> Plot | None:
    known = [(number, one) for number, one in enumerate(overlaps) if one is not None]
    if not known:
        return None
    shown = sorted(known, key=lambda one: one[1])[:MOST_CLUSTERS]
    if len(known) <= MOST_CLUSTERS:
        shown = known
    more = f" The {MOST_CLUSTERS} lowest of {len(known)} are drawn." if len(known) > len(shown) else ""
    weakest = min(known, key=lambda one: one[1])
    return Plot(
        "plot-stability",
        "How much of each cluster comes back.",
        "Mean Jaccard overlap with the most similar cluster of each refit. At half or less a cluster is "
        "dissolved (Hennig 2007); a high value proves little, as clusters of records without structure "
        f"reached 0.76.{more}",
        _figure(found, shown),
        f"{found.of(weakest[0]).name} has the lowest, {fixed(weakest[1], 2)}: it {grade(weakest[1])}",
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
    x = axis("mean Jaccard overlap", range=[0, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1], tickangle=0)
    lines = [line_at(bound) for bound in (0.5, 0.75)]
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
    return Table("The refits, at this very scale", ["Measure", "#Value"], rows)
