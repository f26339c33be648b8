"""Agreement with the source's own kinds, where it tells them."""

from __future__ import annotations

from pages.agreement import agreement_blocks
from pages.block import Section
from pages.discovery.found import Found
from pages.number import sentence


def show_agreement(found: Found) -> Section | None:
    """Show how the clusters meet kinds that the source knows; they were used for nothing else."""
    part = found.part("agreement")
    blocks = agreement_blocks(part, found.of)
    if not blocks:
        return None
    says = sentence(part.get("says")) or "How the clusters meet the kinds that the source itself tells."
    return Section("agreement", "Agreement with the source's kinds (evaluation only)", says, blocks)
