"""The work of `herdbook discover`: find, keep, name, compare."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from herdbook.calling import check_names, file_names, keep_names, require_seen
from herdbook.errors import DiscoveryError
from herdbook.label import RuleLabels
from herdbook.naming import Naming, current_naming

if TYPE_CHECKING:
    from cli.place import Place
    from herdbook.snapshot import Snapshot
    from training.check import Check
    from training.discover import Discovery
    from training.discover.match import Matching
    from training.name import Found
    from training.progress import Progress


@dataclass(frozen=True)
class Wanted:
    """What a person asked of a discovery: of which snapshot, which names, compared with which report."""

    snapshot: str | None = None
    seed: int = 0
    names: dict[int, str] = field(default_factory=dict)
    who: str = ""
    why: str = ""
    compare: str | None = None


@dataclass(frozen=True, eq=False)
class Kept:
    """A discovery in the ledger: its report under its name, and whether its clusters are new there."""

    place: Place
    check: Check
    discovery: Discovery
    report: dict[str, Any]
    name: str
    is_new: bool

    @cached_property
    def found(self) -> Found:
        """The records and where they lie."""
        from training.name import Found

        clusters, assignment = self.discovery.clusters, self.discovery.assignment
        return Found(self.check.frame, assignment.cluster, clusters.n_clusters)


@dataclass(frozen=True, eq=False)
class Earlier:
    """A discovery to compare with: its report under its name, and which cluster is which."""

    name: str
    report: dict[str, Any]
    matching: Matching


def discover_groups(place: Place, wanted: Wanted, progress: Progress) -> dict[str, Any]:
    """Check and cluster a snapshot, keep what was found, name it, and say what changed; JSON of all of it."""
    compare = _resolve(place, wanted.compare)
    kept = _discover(place, wanted, progress)
    last = current_naming(place.ledger, place.dataset.name)
    carried, problem = _carry(kept, last)
    earlier = _find_earlier(kept, compare, last if not problem else None)
    named = _name(kept, wanted, carried)
    names = {**file_names(place.dataset, kept.report), **named}
    return {
        **kept.report,
        "report": kept.name,
        "names": {str(number): name for number, name in sorted(names.items())},
        "carried_from": last.report if last and carried and last.report != kept.name else None,
        "not_carried": problem,
        "changes": None if earlier is None else _compare(kept, earlier, names),
    }


def names_of(place: Place, report: dict[str, Any]) -> dict[int, str]:
    """Name the clusters of a stored discovery: as it was named itself, or as the last naming carries over."""
    given = file_names(place.dataset, report)
    bound = current_naming(place.ledger, place.dataset.name, report=report["report"])
    if bound is not None:
        return {**given, **bound.names}
    last = current_naming(place.ledger, place.dataset.name)
    if last is None:
        return given
    try:
        return {**given, **_carry_to_stored(place, report, last)}
    except DiscoveryError:  # an older discovery kept no clusters: it is shown without names
        return given


def _carry_to_stored(place: Place, report: dict[str, Any], naming: Naming) -> dict[int, str]:
    from herdbook.discovery import read_clusters
    from training.check import check
    from training.name import Found, carry_naming

    clusters = read_clusters(place.ledger, place.dataset, report)
    frame = check(place.dataset, _open(place, report["snapshot"])).frame
    found = Found(frame, clusters.assign(frame).cluster, clusters.n_clusters)
    return carry_naming(place.dataset, place.ledger, naming, found)


def _resolve(place: Place, compare: str | None) -> str | None:
    """Find the report to compare with before any work; which is the latest other one is known after it."""
    from herdbook.discovery import LATEST, find_discovery

    found = compare and find_discovery(place.ledger, place.dataset.name, compare)
    return compare if compare == LATEST else found


def _discover(place: Place, wanted: Wanted, progress: Progress) -> Kept:
    from herdbook.discovery import keep_discovery, list_discoveries
    from training.check import check, require
    from training.discover import discover

    dataset, ledger = place.dataset, place.ledger
    progress.start("check")
    snapshot = _open(place, wanted.snapshot)
    checked = check(dataset, snapshot)
    progress.finish(f"{len(checked.rows):,} rows accepted, {checked.n_set_aside:,} set aside")
    require(dataset, checked)
    progress.start("discover")
    discovery = discover(dataset, checked.frame, seed=wanted.seed, rows=checked.rows)
    report = {**discovery.report, "snapshot": snapshot.id, "check": checked.to_report()}
    report |= _labels(place, checked, discovery) | _agreement(place, checked, discovery)
    known = {listed.clusters for listed in list_discoveries(ledger, dataset.name)}
    name = keep_discovery(ledger, dataset, report, discovery.clusters)
    kept = list_discoveries(ledger, dataset.name)[-1]
    progress.finish(f"{discovery.clusters.n_clusters} clusters, {discovery.report['n_outliers']:,} outliers")
    return Kept(place, checked, discovery, report, name, bool(known) and kept.clusters not in known)


def _open(place: Place, snapshot: str | None) -> Snapshot:
    from herdbook.snapshot import latest_snapshot, open_snapshot

    ledger, name = place.ledger, place.dataset.name
    return open_snapshot(ledger, name, snapshot) if snapshot else latest_snapshot(ledger, name)


def _labels(place: Place, checked: Check, discovery: Discovery) -> dict[str, Any]:
    from training.label import name_by_rules

    labels, dataset = place.dataset.labels, place.dataset
    if not isinstance(labels, RuleLabels):
        return {}
    cluster, n_clusters = discovery.assignment.cluster, discovery.clusters.n_clusters
    return {"labels": name_by_rules(dataset, labels.rules, checked.frame, cluster, n_clusters=n_clusters)[1]}


def _agreement(place: Place, checked: Check, discovery: Discovery) -> dict[str, Any]:
    from training.agreement import measure_agreement

    if checked.truth is None:
        return {}
    noise = place.dataset.evaluation.noise
    return {"agreement": measure_agreement(checked.truth, discovery.assignment.cluster, noise=noise)}


def _carry(kept: Kept, last: Naming | None) -> tuple[dict[int, str], str | None]:
    """Carry the names that hold over to what was found; or say why they cannot be."""
    from training.name import carry_naming

    if last is None:
        return {}, None
    if last.report == kept.name:
        return last.names, None
    try:
        return carry_naming(kept.place.dataset, kept.place.ledger, last, kept.found), None
    except DiscoveryError as error:
        return {}, str(error)


def _name(kept: Kept, wanted: Wanted, carried: dict[int, str]) -> dict[int, str]:
    """Give the clusters the wanted names beside those carried, and write them down if that is news."""
    if not wanted.names:
        return carried
    dataset, ledger = kept.place.dataset, kept.place.ledger
    require_seen(dataset, wanted.names, is_new=kept.is_new)
    check_names(dataset, wanted.names, carried, n_clusters=kept.found.n_clusters)
    names = {**carried, **wanted.names}
    return keep_names(ledger, dataset, kept.name, names, who=wanted.who, why=wanted.why).names


def _find_earlier(kept: Kept, compare: str | None, last: Naming | None) -> Earlier | None:
    """Find the report to compare with, or the one that was named last, if it is another.

    What there is not, or cannot be compared, is refused here, before names are written down.
    """
    from herdbook.discovery import find_discovery, read_clusters, read_discovery
    from training.name import match_earlier

    dataset, ledger = kept.place.dataset, kept.place.ledger
    if compare is not None:
        name = find_discovery(ledger, dataset.name, compare, besides=kept.name)
    elif last is not None and last.report != kept.name:
        name = last.report
    else:
        return None
    report = read_discovery(ledger, dataset.name, name)
    return Earlier(name, report, match_earlier(read_clusters(ledger, dataset, report), kept.found))


def _compare(kept: Kept, earlier: Earlier, names: dict[int, str]) -> dict[str, Any]:
    """List what changed since an earlier discovery, which has the names that were bound to it."""
    from training.change import Named, list_changes

    place = kept.place
    bound = current_naming(place.ledger, place.dataset.name, report=earlier.name)
    then = {**file_names(place.dataset, earlier.report), **(bound.names if bound else {})}
    changes = list_changes(Named(earlier.report, then), Named(kept.report, names), earlier.matching)
    return {"report": earlier.name, "snapshot": earlier.report.get("snapshot")} | changes
