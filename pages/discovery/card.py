"""The card of one cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pages.block import Block, Card, Cell, Fold, Points, Prose, Table, present
from pages.discovery.found import Found
from pages.discovery.profile import make_profile
from pages.number import count, fixed, number, share

MOST_SEPARATING = 4
MOST_FEATURES = 30
MOST_RECORDS = 3
MOST_COLUMNS = 8


def make_card(found: Found, cluster: Mapping[str, Any]) -> Card:
    """Show a cluster: what separates it, its profile, what joins it, and records that stand for it."""
    identity = found.of(cluster["cluster"])
    facts = [
        f"cluster {identity.number}" if identity.is_named else "",
        f"{count(cluster.get('n_records'), 'record')} ({share(cluster.get('share'))})",
        f"stability {fixed(cluster['stability'], 2)}" if cluster.get("stability") is not None else "",
    ]
    blocks = present(
        _separation(found, cluster),
        make_profile(found, cluster),
        _admission(found, cluster),
        _examples(cluster),
    )
    return Card(identity, " · ".join(fact for fact in facts if fact), blocks)


def _separation(found: Found, cluster: Mapping[str, Any]) -> Points | None:
    effects = cluster.get("separates") or []
    if not effects:
        return None
    said = [found.say(one.get("says") or one.get("feature")) for one in effects[:MOST_SEPARATING]]
    return Points(said, title="What separates it from the others")


def _admission(found: Found, cluster: Mapping[str, Any]) -> Fold | None:
    admission = cluster.get("admission") or {}
    bounds = admission.get("bounds") or []
    if not admission.get("says") and not bounds:
        return None
    blocks: list[Block] = []
    if bounds:
        rows = [[str(bound.get("feature")), _bound(bound)] for bound in bounds[:MOST_FEATURES]]
        blocks.append(
            Table("Ranges within which a record joins", ["Feature", "#Range"], rows, note=_rest(bounds))
        )
    said = _admitted(admission) or found.say(admission.get("says"))
    return Fold("What would a new record need to join?", [*blocks, Prose([said])])


def _rest(bounds: Sequence[Any]) -> str:
    more = len(bounds) - MOST_FEATURES
    return f"And {count(more, 'more feature')}." if more > 0 else ""


def _admitted(admission: Mapping[str, Any]) -> str:
    if admission.get("share_admitted") is None or not admission.get("bounds"):
        return ""
    said = (
        f"Of {count(admission.get('n_generated'), 'record')} generated evenly within these ranges, "
        f"{share(admission['share_admitted'])} were assigned to it"
    )
    within = admission.get("share_of_members_within")
    inside = f"; {share(within)} of its own members lie within them" if within is not None else ""
    return f"{said}{inside}. Records outside of the ranges may join too."


def _bound(bound: Mapping[str, Any]) -> str:
    if bound.get("values") is not None:
        return " or ".join("missing" if one is None else number(one) for one in bound["values"]) or "missing"
    unit = f" {bound['unit']}" if bound.get("unit") else ""
    low, high = number(bound.get("low"), 4), number(bound.get("high"), 4)
    return f"{low}{unit}" if low == high else f"{low} to {high}{unit}"


def _examples(cluster: Mapping[str, Any]) -> Fold | None:
    typical = records_table(cluster.get("typical"), "Most typical", "membership")
    outlying = records_table(cluster.get("outlying"), "Most outlying members", "outlier_score")
    blocks = present(typical, outlying)
    return Fold("Typical and outlying records", blocks) if blocks else None


def records_table(records: Any, caption: str, measure: str) -> Table | None:
    """Show records, a feature to a row, as they are easier to compare beside each other."""
    shown = list(records or [])[:MOST_RECORDS]
    if not shown:
        return None
    features = list(shown[0].get("record") or {})
    heads = ["", *(f"#row {one.get('row')}" for one in shown)]
    rows: list[list[object]] = [
        [feature, *(number((one.get("record") or {}).get(feature), 4) for one in shown)]
        for feature in features[:MOST_FEATURES]
    ]
    rows.append(
        [Cell(measure.replace("_", " "), mark="muted"), *(fixed(one.get(measure), 2) for one in shown)]
    )
    return Table(caption, heads, rows, note=_rest(features))
