"""Agreement between clusters and the kinds that a source itself tells: for evaluation only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pages.block import Block, Facts, Prose, Table
from pages.identity import Identity
from pages.number import fixed, number

MOST_KINDS, MOST_CLUSTERS = 40, 12
ONLY = "The source's kinds were no feature and no label: nothing was fitted to them or chosen by them."
MEASURES = ("adjusted_rand_index", "ari", "outlier_precision", "outlier_recall", "outlier_f1")


def agreement_blocks(part: Mapping[str, Any] | None, of: Callable[[Any], Identity]) -> list[Block]:
    """Show the measures and the table of kinds by clusters, as far as they are there."""
    if not part:
        return []
    blocks: list[Block] = [Prose([ONLY])]
    measured = _measures(part)
    if measured:
        blocks.append(Facts(measured))
    table = _table(part.get("contingency") or part.get("table"), of)
    return [*blocks, table] if table else blocks


def _measures(part: Mapping[str, Any]) -> list[tuple[str, str]]:
    flat = {**part}
    for name in ("outliers", "outlier"):
        inner = part.get(name)
        if isinstance(inner, Mapping):
            flat |= {f"{name.removesuffix('s')}_{key}": value for key, value in inner.items()}
    measured = [(name, value) for name, value in flat.items() if _is_measure(value)]
    return [
        (_title(name), fixed(value, 3) if isinstance(value, float) else number(value))
        for name, value in measured
    ]


def _is_measure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _title(name: str) -> str:
    said = name.replace("_", " ")
    return said[0].upper() + said[1:]


def _table(table: Any, of: Callable[[Any], Identity]) -> Table | None:
    """Show a contingency table, however it is written: a mapping by kind, or kinds, clusters and counts."""
    rows = _rows(table)
    if not rows:
        return None
    clusters = sorted(
        {int(cluster) for _, counts in rows for cluster in counts}, key=lambda one: (one < 0, one)
    )
    shown = clusters[:MOST_CLUSTERS]
    heads = ["Kind", *(f"#{of(cluster).name}" for cluster in shown)]
    body: list[list[object]] = [
        [kind, *(number(counts.get(cluster, 0)) for cluster in shown)] for kind, counts in rows[:MOST_KINDS]
    ]
    note = f"And {len(clusters) - len(shown)} more clusters." if len(clusters) > len(shown) else ""
    return Table("Kinds by clusters (numbers of records)", heads, body, note=note)


def _rows(table: Any) -> list[tuple[str, dict[int, int]]]:
    if not isinstance(table, Mapping) or not table:
        return []
    if "counts" in table:
        kinds, clusters = table.get("kinds") or table.get("rows") or [], table.get("clusters") or []
        return [
            (str(kind), dict(zip((int(one) for one in clusters), counts, strict=False)))
            for kind, counts in zip(kinds, table["counts"], strict=False)
        ]
    return [
        (str(kind), {int(cluster): count for cluster, count in counts.items()})
        for kind, counts in table.items()
        if isinstance(counts, Mapping)
    ]
