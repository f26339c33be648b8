"""What clusters are called, and what a person may call them: rules that the door and the command share.

A report is given as it is stored, with its own name besides under `report`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from herdbook.dataset import Dataset
from herdbook.errors import NamingError, shown
from herdbook.label import ClusterLabels
from herdbook.ledger import Ledger
from herdbook.naming import UNNAMED, Naming, current_naming, unnamed, write_naming

CURE = "look at the clusters with `herdbook discover`"


def file_names(dataset: Dataset, report: Mapping[str, Any]) -> dict[int, str]:
    """Give the names that the dataset file makes: by its rules, as the report says, or one by one."""
    if isinstance(dataset.labels, ClusterLabels):
        return {int(number): name for number, name in dataset.labels.names.items()}
    told = report.get("labels", {}).get("clusters", [])
    return {one["cluster"]: one["label"] for one in told if one["label"] is not None}


def given_names(
    dataset: Dataset, report: Mapping[str, Any], *, bound: Mapping[int, str] | None
) -> dict[int, str]:
    """Give the names that persons gave to the clusters of a report.

    They are those `bound` to this very report, or, if there are none, those that the training which wrote it
    had carried over from an earlier one.
    """
    if bound is not None:
        return dict(bound)
    if not isinstance(dataset.labels, ClusterLabels):
        return {}
    told = {int(number): name for number, name in report.get("labels", {}).get("names", {}).items()}
    fixed = dataset.labels.names
    return {
        number: name for number, name in told.items() if name != unnamed(number) and str(number) not in fixed
    }


def names_of(ledger: Ledger, dataset: Dataset, report: Mapping[str, Any]) -> dict[int, str]:
    """Give every name of the clusters of a stored discovery, by their numbers."""
    given = given_names(dataset, report, bound=_bound(ledger, dataset, report))
    return dict(sorted({**file_names(dataset, report), **given}.items()))


def call(
    ledger: Ledger,
    dataset: Dataset,
    report: Mapping[str, Any],
    names: Mapping[int, str],
    *,
    who: str,
    why: str,
) -> Naming:
    """Give clusters of a stored discovery names beside those that others of its clusters have.

    Raises
    ------
    NamingError
        A name would mislead, or somebody else named some a moment ago.
    """
    held = given_names(dataset, report, bound=_bound(ledger, dataset, report))
    check_names(dataset, names, held, n_clusters=len(report["clusters"]))
    return keep_names(ledger, dataset, report["report"], {**held, **names}, who=who, why=why)


def keep_names(
    ledger: Ledger, dataset: Dataset, report: str, names: Mapping[int, str], *, who: str, why: str
) -> Naming:
    """Write down all names of a discovery's clusters, if that is news; a cluster's own number is no name."""
    kept = {number: name for number, name in names.items() if name != unnamed(number)}
    last = current_naming(ledger, dataset.name)
    if last is not None and (last.report, last.names) == (report, kept):
        return last
    return write_naming(ledger, dataset.name, report, kept, who=who, why=why)


def check_names(
    dataset: Dataset, given: Mapping[int, str], held: Mapping[int, str], *, n_clusters: int
) -> None:
    """Refuse names that would mislead.

    Two clusters of one name are one class, which may well be meant: then both are named at once. A name that
    another cluster holds already (`held`) is refused, for it is more often a number mistaken.

    Raises
    ------
    NamingError
        There is no such cluster, the dataset file names it, or the name is another cluster's.
    """
    fixed = dataset.labels.names if isinstance(dataset.labels, ClusterLabels) else {}
    for number, name in given.items():
        if problem := _problem(number, name, fixed, n_clusters=n_clusters):
            raise NamingError(dataset.name, problem=problem, cure=CURE)
    others = {name: number for number, name in held.items() if number not in given}
    others |= {name: int(number) for number, name in fixed.items()}
    for number, name in given.items():
        if name in others:
            problem = f"cluster {others[name]} is called {name!r} already, so {number} may not be"
            both = f"--name {others[name]}={name} --name {number}={name}"
            cure = f"to make one class of both, name both at once, as `herdbook discover` does: {both}"
            raise NamingError(dataset.name, problem=problem, cure=cure)


def require_seen(dataset: Dataset, given: Mapping[int, str], *, is_new: bool) -> None:
    """Refuse names for clusters that nobody has seen, where numbers of an earlier discovery may be meant.

    Raises
    ------
    NamingError
        The discovery is new, and there are others.
    """
    if given and is_new:
        problem = f"these clusters were found just now; {shown(given)} may be numbers of an earlier discovery"
        raise NamingError(dataset.name, problem=problem, cure=f"{CURE}, then name them")


def _problem(number: int, name: str, fixed: Mapping[str, str], *, n_clusters: int) -> str:
    """Say what is wrong with one name; empty if nothing is."""
    if number >= n_clusters:
        there = f"the clusters are 0 to {n_clusters - 1}" if n_clusters else "none was found"
        return f"there is no cluster {number}: {there}"
    if str(number) in fixed:
        return f"the dataset file calls cluster {number} {fixed[str(number)]!r}, which wins; change it there"
    if UNNAMED.fullmatch(name) and name != unnamed(number):
        return f"{name!r} is what cluster {name.partition('-')[2]} is called without a name"
    return ""


def _bound(ledger: Ledger, dataset: Dataset, report: Mapping[str, Any]) -> dict[int, str] | None:
    naming = current_naming(ledger, dataset.name, report=report["report"])
    return None if naming is None else naming.names
