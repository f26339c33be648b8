"""Names of clusters: who called which cluster of a discovery what, when and why, as a numbered sequence.

A naming binds to the hash of a discovery's report, because a cluster's number means nothing in another
discovery. It is whole: it names every cluster that has a name, so the highest naming is all that holds.
"""

from __future__ import annotations

import hashlib
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from herdbook import document, keys
from herdbook.dataset import Dataset
from herdbook.errors import KeyTakenError, NamingError
from herdbook.label import ClusterLabels
from herdbook.ledger import Ledger

UNNAMED = re.compile(r"cluster-\d+")
"""What clusters without a name are called, each by its number."""


@dataclass(frozen=True)
class Naming:
    """One naming: the report that it binds to, and the name of each named cluster by its number."""

    number: int
    report: str
    names: dict[int, str]
    who: str
    why: str
    time_us: int

    @property
    def hash(self) -> str:
        """64 hex digits over what it says, not over who said it when: the part that changes a training."""
        body = {"report": self.report, "names": _to_json(self.names)}
        return hashlib.sha256(document.encode(body)).hexdigest()


def unnamed(cluster: int) -> str:
    """Give the name of a cluster that has none.

    >>> unnamed(2)
    'cluster-2'
    """
    return f"cluster-{cluster}"


def write_naming(
    ledger: Ledger, dataset: str, report: str, names: Mapping[int, str], *, who: str, why: str
) -> Naming:
    """Write down the names of a discovery's clusters, as the naming that holds from now on.

    Raises
    ------
    NamingError
        Somebody else wrote the next naming first.
    """
    last = current_naming(ledger, dataset)
    naming = Naming(last.number + 1 if last else 1, report, dict(names), who, why, time.time_ns() // 1000)
    body = {"format": document.FORMAT, "report": report, "names": _to_json(names)}
    body |= {"who": who, "why": why, "time_us": naming.time_us, "nonce": uuid.uuid4().hex}
    try:
        ledger.create(keys.naming(dataset, naming.number), document.encode(body))
    except KeyTakenError:
        problem, cure = "somebody else named some a moment ago", "look with `herdbook discover` and try again"
        raise NamingError(dataset, problem=problem, cure=cure) from None
    return naming


def list_namings(ledger: Ledger, dataset: str) -> list[Naming]:
    """Return all namings, the oldest first."""
    return [_read(ledger, entry.key) for entry in ledger.list(keys.naming_folder(dataset))]


def current_naming(ledger: Ledger, dataset: str, *, report: str | None = None) -> Naming | None:
    """Return the highest naming, of all or of those that bind to one report; None if there is none."""
    entries = reversed(list(ledger.list(keys.naming_folder(dataset))))
    namings = (_read(ledger, entry.key) for entry in entries)
    return next((naming for naming in namings if report in {None, naming.report}), None)


def bind_naming(ledger: Ledger, dataset: Dataset) -> str | None:
    """Give the hash of the naming that a training now would use, which goes into its recipe.

    None where clusters are not the labels, or where nobody has named one: then no naming changes a training.
    """
    if not isinstance(dataset.labels, ClusterLabels):
        return None
    naming = current_naming(ledger, dataset.name)
    return None if naming is None else naming.hash


def find_naming(ledger: Ledger, dataset: str, wanted: str) -> Naming:
    """Find a naming by its hash.

    Raises
    ------
    NamingError
        The ledger has none of this hash.
    """
    found = (naming for naming in list_namings(ledger, dataset) if naming.hash == wanted)
    if (naming := next(found, None)) is None:
        problem, cure = f"no naming has the hash {wanted}", "the recipe was written with another ledger"
        raise NamingError(dataset, problem=problem, cure=cure)
    return naming


def _to_json(names: Mapping[int, str]) -> dict[str, str]:
    return {str(cluster): name for cluster, name in sorted(names.items())}


def _read(ledger: Ledger, key: str) -> Naming:
    held = document.read(ledger, key)
    names = {int(cluster): name for cluster, name in held["names"].items()}
    return Naming(keys.number_of(key), held["report"], names, held["who"], held["why"], held["time_us"])
