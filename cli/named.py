"""Names of clusters as a person types them, and what may be named so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from cli.option import text
from herdbook.errors import NamingError, shown
from herdbook.label import ClusterLabels
from herdbook.naming import UNNAMED, unnamed

if TYPE_CHECKING:
    from herdbook.dataset import Dataset

CURE = "look at the clusters with `herdbook discover`"


def parse_names(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> dict[int, str]:
    """Read `2=dog`, once for each cluster; a click callback."""
    del context, option
    names: dict[int, str] = {}
    for one in given:
        number, _, name = text(one).partition("=")
        if not (number.strip().isdecimal() and name.strip()):
            raise click.BadParameter(f"{one!r} names nothing; give a cluster's number and a name, as 2=dog")
        if int(number) in names:
            raise click.BadParameter(f"cluster {int(number)} is named twice")
        names[int(number)] = name.strip()
    return names


def check_names(
    dataset: Dataset, given: Mapping[int, str], held: Mapping[int, str], *, n_clusters: int
) -> None:
    """Refuse names that would mislead.

    Two clusters of one name are one class, which may well be meant: then both are named in one command. A
    name that another cluster holds already (`held`) is refused, for it is more often a number mistaken.

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
            cure = (
                f"to make one class of both, name both: --name {others[name]}={name} --name {number}={name}"
            )
            raise NamingError(dataset.name, problem=problem, cure=cure)


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
