"""Classes with too few records to claim anything about."""

from __future__ import annotations

from training.control.finding import Evidence, Finding
from training.interval import wilson
from training.score import CLAIMED_RECALL, score_classes

NAME, TITLE = "rare_classes", "Every class has enough records to claim something about"


def check_rarity(evidence: Evidence) -> Finding:
    """Find the classes of which even perfect answers would show next to nothing."""
    scores = score_classes(evidence.probabilities, evidence.y, evidence.classes)
    counts = {one["name"]: one["n"] for one in scores}
    rare = {one["name"]: one["n"] for one in scores if one["is_too_rare"]}
    fewest, claimed = fewest_records(), f"{100 * CLAIMED_RECALL:.0f} %"
    facts = {"fewest_records": fewest, "claimed_recall": CLAIMED_RECALL, "rare": rare}
    if not rare:
        smallest = min(counts, key=lambda name: counts[name])
        says = (
            f"Every class has at least {fewest} records, of which perfect answers would show a recall above "
            f"{claimed}; the rarest, {smallest!r}, has {counts[smallest]:,}."
        )
        return Finding(NAME, TITLE, True, says, facts)
    named = ", ".join([f"{name!r} ({n})" for name, n in rare.items()][:5]) + (", …" if len(rare) > 5 else "")
    one = len(rare) == 1
    says = (
        f"{named} {'has' if one else 'have'} fewer than {fewest} records: even if all are answered right, "
        f"the 95 % interval of the recall reaches below {claimed}. Claim nothing about "
        f"{'it' if one else 'them'}, and gather more such records."
    )
    return Finding(NAME, TITLE, False, says, facts)


def fewest_records() -> int:
    """Give the fewest records of which perfect answers have a Wilson interval above the claimed recall."""
    n = 1
    while wilson(n, n).low < CLAIMED_RECALL:
        n += 1
    return n
