"""What a discovery's page says first."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from pages.block import Tile, Verdict
from pages.discovery.found import Found
from pages.number import count, fixed, number, sentence, share

GRADES = ((0.75, "comes back"), (0.5, "comes back in part"), (0.0, "dissolves"))
"""What a mean Jaccard overlap with refits says of a cluster (Hennig 2007: half or less is dissolved).

A high one proves little: clusters of records without structure reached 0.76 over parts of 80 %."""


def grade(overlap: float) -> str:
    """Say in words how far a cluster of this mean overlap comes back."""
    return next(word for bound, word in GRADES if overlap >= bound or bound == 0.0)


def chosen_row(found: Found) -> dict[str, Any]:
    """Give the row of the grid that was chosen, empty if the scale was given."""
    grid = found.part("parameters").get("grid") or []
    return next((row for row in grid if isinstance(row, dict) and row.get("is_chosen")), {})


def give_verdict(found: Found) -> Verdict:
    """Say in a few sentences what was found and how far it holds."""
    return Verdict(
        sentences=[said for said in (_groups(found), _stability(found), _separation(found)) if said],
        tiles=_tiles(found),
        warning=_warning(found),
    )


def _groups(found: Found) -> str:
    report = found.report
    n_records, n_outliers = report.get("n_records"), report.get("n_outliers")
    n_clusters = report.get("n_clusters")
    if not n_clusters:
        return f"No groups: none of the {count(n_records, 'record')} lie densely enough together to be one."
    held = f"{count(n_clusters, 'group')} among {count(n_records, 'record')}"
    if n_outliers is None or not n_records:
        return f"{held}."
    lies = "lies" if n_outliers == 1 else "lie"
    return f"{held}; {n_outliers:,} of them ({share(n_outliers / n_records)}) {lies} in none."


def _stability(found: Found) -> str:
    if not found.report.get("n_clusters"):
        return ""
    row = chosen_row(found)
    stability, bound = row.get("stability"), row.get("stability_bound")
    if stability is None:
        left = row and "No way to part the records came back in random halves of them, so they stay together."
        return left or _refits(found)
    held = "" if bound is None else f"; below {fixed(bound, 2)} this choice would have been refused"
    return (
        f"In random halves of the records the least stable group came back with a mean overlap of "
        f"{fixed(stability, 2)} (1 is the same{held})."
    )


def _refits(found: Found) -> str:
    """Say how refits at this very scale agree, where no choice tells more."""
    stability = found.part("stability")
    indices = [index for index in stability.get("adjusted_rand_index") or [] if index is not None]
    if not indices:
        return ""
    kept = f" of {stability['kept']:.0%} of the records" if stability.get("kept") else ""
    return (
        f"With the scale kept, refits on {len(indices)} random parts{kept} were compared with these groups: "
        f"the adjusted Rand index is {fixed(fmean(indices))} on average and {fixed(min(indices))} at worst "
        "(1 is the same, 0 is chance)."
    )


def _separation(found: Found) -> str:
    return found.say(found.part("separability").get("says"))


def _warning(found: Found) -> str:
    weak = [
        found.of(cluster["cluster"]).name
        for cluster in found.clusters
        if cluster.get("stability") is not None and cluster["stability"] < 0.75
    ]
    if weak:
        shown = ", ".join(weak[:5]) + (f" and {len(weak) - 5} more" if len(weak) > 5 else "")
        verb = "changes" if len(weak) == 1 else "change"
        return f"{sentence(shown)[:-1]} {verb} much when a part of the records is taken away: claim little."
    n_records = found.report.get("n_records") or 0
    if found.report.get("n_clusters") and (found.report.get("n_outliers") or 0) > n_records / 3:
        return "More than a third of the records lie in no cluster: the groups do not describe the whole."
    return ""


def _tiles(found: Found) -> list[Tile]:
    report, stability = found.report, found.part("stability")
    indices: list[Any] = [one for one in stability.get("adjusted_rand_index") or [] if one is not None]
    silhouette = found.part("separability").get("silhouette")
    n_records, n_outliers = report.get("n_records"), report.get("n_outliers")
    tiles = [Tile(number(report.get("n_clusters")), "Clusters", f"in {count(n_records, 'record')}")]
    if n_outliers is not None and n_records:
        tiles.append(Tile(share(n_outliers / n_records), "In no cluster", count(n_outliers, "record")))
    row = chosen_row(found)
    if row.get("stability") is not None:
        bound = row.get("stability_bound")
        detail = "least stable group" + ("" if bound is None else f"; {fixed(bound, 2)} was asked for")
        tiles.append(Tile(fixed(row["stability"], 2), "Overlap in halves", detail))
    elif indices:
        detail = f"{len(indices)} refits, scale kept; lowest {fixed(min(indices), 2)}"
        tiles.append(Tile(fixed(fmean(indices), 2), "Adjusted Rand index", detail))
    if silhouette is not None:
        tiles.append(Tile(fixed(silhouette, 2), "Mean silhouette", "1 far apart, 0 touching"))
    return tiles
