"""Classes with too few records to claim anything about."""

from __future__ import annotations

from collections.abc import Mapping

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
    totals = _count_table(evidence)
    if totals:
        facts["in_table"] = {name: totals[name] for name in rare}
    if not rare:
        smallest = min(counts, key=lambda name: counts[name])
        of_table = f" of {totals[smallest]:,}" if totals else ""
        says = (
            f"Every class has at least {fewest} records, of which perfect answers would show a recall above "
            f"{claimed}; the rarest, {smallest!r}, has {counts[smallest]:,}{of_table}."
        )
        return Finding(NAME, TITLE, True, says, facts)
    one = len(rare) == 1
    says = (
        f"{_name(rare, totals)} {'has' if one else 'have'} fewer than {fewest} records: even if all are "
        f"answered right, the 95 % interval of the recall reaches below {claimed}. Claim nothing about "
        f"{'it' if one else 'them'}{_advise(rare, totals, fewest=fewest)}"
    )
    return Finding(NAME, TITLE, False, says, facts)


def _count_table(evidence: Evidence) -> dict[str, int]:
    """Count the table's records by class where the evidence is a sample of them; else nothing."""
    if evidence.totals is None:
        return {}
    return dict(zip(evidence.classes, evidence.totals.tolist(), strict=True))


def _name(rare: Mapping[str, int], totals: Mapping[str, int]) -> str:
    of_table = {name: f" of {totals[name]:,}" if totals else "" for name in rare}
    named = [f"{name!r} ({n}{of_table[name]})" for name, n in rare.items()]
    return ", ".join(named[:5]) + (", …" if len(named) > 5 else "")


def _advise(rare: Mapping[str, int], totals: Mapping[str, int], *, fewest: int) -> str:
    """Ask for more records of a class only where the table itself is short of them."""
    if all(totals.get(name, 0) >= fewest for name in rare):
        return ": the table has more, but its sample holds each class in its share."
    return ", and gather more such records."


def fewest_records() -> int:
    """Give the fewest records of which perfect answers have a Wilson interval above the claimed recall."""
    n = 1
    while wilson(n, n).low < CLAIMED_RECALL:
        n += 1
    return n
