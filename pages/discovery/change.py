"""Names of clusters, and what changed since an earlier discovery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pages.block import Block, Cell, Points, Section, Table, present
from pages.discovery.found import Found
from pages.number import fixed, listed, sentence


def show_names(found: Found, changes: Mapping[str, Any] | None) -> Section | None:
    """Show which names the clusters have, and how they follow from an earlier discovery."""
    blocks = present(_names(found), *_changes(found, changes or {}))
    if not blocks:
        return None
    title = "Names, and what changed" if changes else "Names"
    says = (
        sentence((changes or {}).get("says"))
        or "Names bind to this report; they are carried over by members."
    )
    return Section("names", title, says, blocks)


def _names(found: Found) -> Table | None:
    if not found.names:
        return None
    numbers = sorted(found.names, key=lambda one: (not one.isdigit(), int(one) if one.isdigit() else 0, one))
    rows = [[Cell(found.names[number], identity=found.of(number)), f"cluster {number}"] for number in numbers]
    return Table("Names", ["Name", "Cluster"], rows)


def _changes(found: Found, changes: Mapping[str, Any]) -> list[Block]:
    matched = changes.get("of") or changes.get("matched") or {}
    overlaps = changes.get("overlaps") or {}
    table = None
    if isinstance(matched, Mapping) and matched:
        rows = [
            [Cell(found.of(new).name, identity=found.of(new)), f"cluster {old}", fixed(overlaps.get(new), 2)]
            for new, old in matched.items()
        ]
        table = Table("Which cluster was which", ["Now", "Before", "#Overlap of members"], rows)
    said = [_said(name, changes.get(name)) for name in ("new", "gone")]
    return present(table, Points([one for one in said if one]) if any(said) else None)


def _said(word: str, numbers: Any) -> str:
    if not numbers:
        return ""
    return f"{word.capitalize()}: {listed([f'cluster {one}' for one in numbers], 12)}."
