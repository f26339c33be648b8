"""What qualifies labels that come from clusters: discovery refitted in folds, and the source's own kinds."""

from __future__ import annotations

from statistics import fmean
from typing import Any

from pages.agreement import agreement_blocks
from pages.block import Block, Fold, Prose, Section, Table
from pages.evaluation.measured import Measured
from pages.identity import Identities
from pages.number import fixed, number, sentence


def show_agreement(measured: Measured) -> Section | None:
    """Show how discovery fared inside the folds, and how it agrees with the source's kinds."""
    blocks = [*_folds(measured.part("fold_discovery"))]
    names = (measured.card.get("labels") or {}).get("names") or {}
    known = agreement_blocks(measured.part("agreement"), Identities(names).of)
    if known:
        blocks.append(Prose(["Agreement with the source's own kinds, for evaluation only:"]))
    blocks += known
    if not blocks:
        return None
    title = (
        "Discovery inside the folds, and agreement (evaluation only)"
        if known
        else "Discovery inside the folds"
    )
    return Section("agreement", title, "", blocks)


def _folds(part: dict[str, Any]) -> list[Block]:
    if not part:
        return []
    blocks: list[Block] = [Prose([sentence(part["says"])], mark="says")] if part.get("says") else []
    indices = [one for one in part.get("adjusted_rand_index") or [] if one is not None]
    counts = part.get("n_clusters") or []
    if not indices:
        return blocks
    rows = [
        [f"fold {place + 1}", fixed(index, 3), number(counts[place]) if place < len(counts) else ""]
        for place, index in enumerate(indices)
    ]
    table = Table("Discovery in each fold", ["", "#Adjusted Rand index", "#Clusters"], rows)
    spread = f"mean {fixed(fmean(indices), 3)}, lowest {fixed(min(indices), 3)}"
    return [*blocks, Fold(f"Adjusted Rand index of {len(indices)} folds: {spread}", [table])]
