"""Names of clusters, and what changed since an earlier discovery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pages.block import Cell, Facts, Section, Table, present
from pages.discovery.found import Found
from pages.identity import Identity
from pages.number import MISSING, fixed, number, sentence

MARKS = {"new": "good", "gone": "warn", "renamed": "good", "kept": "muted"}


def show_names(found: Found, changes: Mapping[str, Any] | None) -> Section | None:
    """Show which names the clusters have, and what became of those of an earlier discovery."""
    changes = changes or {}
    blocks = present(_changes(found, changes), _sizes(changes), _names(found))
    if not blocks:
        return None
    title = "What changed, and names" if changes else "Names"
    since = f" (since report {str(changes['report'])[:12]})" if changes.get("report") else ""
    said = sentence(f"{changes['says']}{since}") if changes.get("says") else ""
    says = (
        f"{said} Names bind to a report, and are carried to another one by the members that clusters share."
    )
    return Section("names", title, says.strip(), blocks)


def _names(found: Found) -> Table | None:
    if not found.names:
        return None
    numbers = sorted(found.names, key=lambda one: (not one.isdigit(), int(one) if one.isdigit() else 0, one))
    rows = [
        [Cell(found.names[each], identity=found.of(each) if each.isdigit() else None), f"cluster {each}"]
        for each in numbers
    ]
    return Table("Names in force", ["Name", "Cluster"], rows)


def _changes(found: Found, changes: Mapping[str, Any]) -> Table | None:
    rows = [_row(found, one) for one in changes.get("clusters") or [] if isinstance(one, Mapping)]
    if not rows:
        return None
    note = "Overlap: records in both, of the records in either; above one half it is the same cluster."
    heads = ["Now", "Before", "Change", "#Records", "#Overlap"]
    return Table("What became of each cluster", heads, rows, note=note)


def _row(found: Found, one: Mapping[str, Any]) -> list[object]:
    now, before, change = one.get("after") or {}, one.get("before") or {}, str(one.get("change") or "")
    was = f"was {number(before['n_records'])}" if before.get("n_records") is not None else ""
    return [
        _called(now, found.of(now["cluster"]) if now else None),
        _called(before),
        Cell(change, mark=MARKS.get(change, "")),
        Cell(number(now.get("n_records")), was),
        fixed(one.get("overlap"), 2),
    ]


def _called(line: Mapping[str, Any], identity: Identity | None = None) -> Cell | str:
    if not line:
        return MISSING
    return Cell(str(line["name"]), f"cluster {line['cluster']}", identity=identity)


def _sizes(changes: Mapping[str, Any]) -> Facts | None:
    pairs = []
    for name, title in (("n_records", "Records"), ("n_outliers", "In no cluster")):
        both = changes.get(name) or {}
        if both.get("before") is not None and both.get("after") is not None:
            pairs.append((title, f"{number(both['before'])} before, {number(both['after'])} now"))
    return Facts(pairs) if pairs else None
