"""What changed between two discoveries: which clusters stayed, came, went or are called otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from herdbook.naming import unnamed
from training.discover.match import Matching

CHANGES = ("kept", "renamed", "new", "gone")


@dataclass(frozen=True, eq=False)
class Named:
    """A discovery's report, and the names of its clusters by their numbers."""

    report: Mapping[str, Any]
    names: Mapping[int, str]

    def line(self, cluster: int) -> dict[str, Any]:
        """Give a cluster's number, what it is called, how many records it has, and their share of all."""
        profile = self.report["clusters"][cluster]
        name = self.names.get(cluster, unnamed(cluster))
        return {"cluster": cluster, "name": name} | {key: profile[key] for key in ("n_records", "share")}


def list_changes(before: Named, after: Named, matching: Matching) -> dict[str, Any]:
    """List what became of every cluster, as plain JSON values: those of today first, then those gone.

    Each has its `change` (`kept`, `renamed`: kept and called otherwise, `new` or `gone`), its line `before`
    and `after` (number, name, size in that discovery's own records), and the `overlap` that told it the same.
    """
    today = [_today(before, after, matching, number) for number in sorted([*matching.of, *matching.new])]
    gone = [
        {"change": "gone", "overlap": None, "before": before.line(number), "after": None}
        for number in matching.gone
    ]
    every = today + gone
    return {
        "n_records": {"before": before.report["n_records"], "after": after.report["n_records"]},
        "n_outliers": {"before": before.report["n_outliers"], "after": after.report["n_outliers"]},
        "clusters": every,
        "of": {str(new): old for new, old in sorted(matching.of.items())},
        "overlaps": {str(new): overlap for new, overlap in sorted(matching.overlaps.items())},
        "new": list(matching.new),
        "gone": list(matching.gone),
        "says": _say(every),
    }


def _today(before: Named, after: Named, matching: Matching, number: int) -> dict[str, Any]:
    line = after.line(number)
    if number not in matching.of:
        return {"change": "new", "overlap": None, "before": None, "after": line}
    old = matching.of[number]
    is_same = before.names.get(old) == after.names.get(number)
    change = "kept" if is_same else "renamed"
    return {"change": change, "overlap": matching.overlaps[number], "before": before.line(old), "after": line}


def _say(every: list[dict[str, Any]]) -> str:
    counts = {change: sum(one["change"] == change for one in every) for change in CHANGES}
    if counts["kept"] == len(every):
        return f"all {len(every)} clusters are there as before"
    return ", ".join(f"{count} {change}" for change, count in counts.items() if count)
