"""The failures that the rooms share, each with the sentence it says.

A door adds its own below the same root: `bentos/refusal.py` draws those that HTTP refuses a request with,
`cli/event.py` has the one that passes on the sentence of a working process.

::

    HerdbookError
    ├── SettingsError            a setting is wrong or unsafe
    ├── DatasetError             a dataset file is missing or wrong
    ├── RecordError              records break the dataset's schema
    ├── SourceError              raw data cannot be fetched or read
    ├── SnapshotError            a snapshot is missing or damaged
    ├── CheckRefusedError        more rows are set aside than the policy allows
    ├── DiscoveryError           no usable clusters
    │   └── DiscoveryOutdatedError   an old discovery does not fit what is asked of it now
    ├── NamingError              clusters cannot be named like this
    ├── TrainingError            the data cannot be trained on
    ├── PackageError             a model package is damaged, foreign or of another format
    ├── ModelMissingError        no such model, or none yet
    ├── ReportMissingError       no such report, or none yet
    ├── SchemaMismatchError      a model's features differ from the served ones
    ├── GenerationConflictError  somebody else promoted first
    ├── PredictionLogError       the prediction log cannot be written or read
    ├── PortTakenError           another program listens on a port that is needed
    ├── ProcessError             a process that a command started ended, or did not become ready
    ├── ServiceError             a service that a command asked is away or refuses
    └── LedgerError
        ├── KeyInvalidError      a name that may not stand in a key
        ├── KeyTakenError        create-only: the key holds other bytes
        ├── KeyMissingError      nothing is stored under the key
        ├── ObjectTooLargeError  an object is over the ledger's limit
        ├── FormatUnknownError   an object is damaged or of another format
        ├── StoreUnsafeError     the store ignores put-if-absent
        ├── StoreUnfitError      the store cannot hold the ledger
        └── StoreAwayError       the store cannot be reached
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN_NAMES = 5


def shown(names: Iterable[object]) -> str:
    """Join at most five names for a sentence and say how many more there are."""
    every = [repr(name) for name in names]
    rest = len(every) - SHOWN_NAMES
    return ", ".join(every[:SHOWN_NAMES]) + (f" and {rest} more" if rest > 0 else "")


class HerdbookError(Exception):
    """The root of every failure whose sentence is for a person."""


class SettingsError(HerdbookError):
    """A setting is wrong or unsafe."""

    def __init__(self, setting: str, *, got: object, expected: str) -> None:
        super().__init__(f"the setting {setting} is {got!r}; expected {expected}")


class DatasetError(HerdbookError):
    """A dataset file is missing or wrong."""

    def __init__(self, dataset: str, *, problem: str, cure: str) -> None:
        super().__init__(f"dataset {dataset}: {problem}; {cure}")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with one record."""

    record: int
    field: str | None
    got: object
    expected: str

    def sentence(self) -> str:
        """Say where the fault is, what was got and what was expected."""
        where = f"record {self.record}" + (f", field {self.field!r}" if self.field is not None else "")
        return f"{where}: got {self.got!r}, expected {self.expected}"


class RecordError(HerdbookError):
    """Records break the dataset's schema; at most five faults are shown."""

    def __init__(self, dataset: str, faults: Sequence[Fault], *, total: int | None = None) -> None:
        self.dataset = dataset
        self.faults = tuple(faults[:SHOWN_NAMES])
        self.total = len(faults) if total is None else total
        rest = self.total - len(self.faults)
        said = "; ".join(fault.sentence() for fault in self.faults)
        super().__init__(f"dataset {dataset}: {said}" + (f"; and {rest} more" if rest > 0 else ""))


class SourceError(HerdbookError):
    """Raw data cannot be fetched or read."""

    def __init__(self, source: str, *, problem: str, cure: str) -> None:
        super().__init__(f"source {source}: {problem}; {cure}")


class SnapshotError(HerdbookError):
    """A snapshot is missing or damaged."""

    def __init__(self, dataset: str, snapshot: str | None, *, problem: str, cure: str) -> None:
        which = f"snapshot {snapshot} of dataset {dataset}" if snapshot else f"dataset {dataset}"
        super().__init__(f"{which}: {problem}; {cure}")


class CheckRefusedError(HerdbookError):
    """More rows are set aside than the dataset's policy allows."""

    def __init__(self, dataset: str, *, set_aside: int, rows: int, allowed: float, reasons: str) -> None:
        super().__init__(
            f"dataset {dataset}: {set_aside} of {rows} rows are set aside, the policy allows {allowed:.1%}: "
            f"{reasons}; mend the source, or raise policy.maximum_set_aside"
        )


class DiscoveryError(HerdbookError):
    """Discovery found nothing that can be used."""

    def __init__(self, dataset: str, *, problem: str, cure: str) -> None:
        super().__init__(f"discovery on dataset {dataset}: {problem}; {cure}")


class DiscoveryOutdatedError(DiscoveryError):
    """An old discovery does not fit what is asked of it now."""


class NamingError(HerdbookError):
    """Clusters cannot be named like this."""

    def __init__(self, dataset: str, *, problem: str, cure: str) -> None:
        super().__init__(f"naming clusters of dataset {dataset}: {problem}; {cure}")


class TrainingError(HerdbookError):
    """The data cannot be trained on."""

    def __init__(self, dataset: str, *, problem: str, cure: str) -> None:
        super().__init__(f"training on dataset {dataset}: {problem}; {cure}")


class PackageError(HerdbookError):
    """A model package is damaged, foreign or of another format."""

    def __init__(self, package: str, *, problem: str, cure: str) -> None:
        super().__init__(f"model package {package}: {problem}; {cure}")


class ModelMissingError(HerdbookError):
    """There is no such model, or none yet."""

    def __init__(self, wanted: str, *, cure: str) -> None:
        super().__init__(f"there is no model {wanted}; {cure}")


class ReportMissingError(HerdbookError):
    """There is no such report, or none yet."""

    def __init__(self, wanted: str, *, cure: str) -> None:
        super().__init__(f"there is no report {wanted}; {cure}")


class SchemaMismatchError(HerdbookError):
    """A model was trained on other features than the served ones."""

    def __init__(self, tag: str, *, got: str, expected: str) -> None:
        super().__init__(
            f"model {tag} was trained on the feature schema {got}, the dataset file now has {expected}; "
            "train again with `herdbook train`, promote a model of this schema with "
            '`herdbook promote TAG --why "…"` '
            "(`herdbook models` lists them), or bring back the dataset file that it was trained on"
        )


class GenerationConflictError(HerdbookError):
    """Somebody else wrote the next generation first."""

    def __init__(self, dataset: str, number: int) -> None:
        super().__init__(
            f"generation {number} of dataset {dataset} was written by somebody else a moment ago; "
            "look at it with `herdbook models` and try again"
        )


class PredictionLogError(HerdbookError):
    """The prediction log cannot be written or read."""

    def __init__(self, place: str, *, problem: str, cure: str) -> None:
        super().__init__(f"prediction log {place}: {problem}; {cure}")


class PortTakenError(HerdbookError):
    """Another program listens on a port that is needed."""

    def __init__(self, port: int, *, what: str, setting: str) -> None:
        super().__init__(
            f"port {port}, wanted for the {what}, is taken by another program; "
            f"stop that program, or choose another port with {setting}"
        )


class ProcessError(HerdbookError):
    """A process that a command started ended by itself, or did not become ready."""

    def __init__(self, process: str, *, problem: str, log: object, tail: str = "") -> None:
        said = f", which ends with:\n{tail}" if tail else ""
        super().__init__(f"the {process} {problem}; its log is {log}{said}")


class ServiceError(HerdbookError):
    """A service that a command asked is away or refuses."""

    def __init__(self, url: str, *, problem: str, cure: str) -> None:
        super().__init__(f"the service {url} {problem}; {cure}")


class LedgerError(HerdbookError):
    """The ledger cannot do what is asked."""


class KeyInvalidError(LedgerError):
    """A name that may not stand in a key."""

    def __init__(self, key: str, *, expected: str) -> None:
        super().__init__(f"the name {key!r} may not stand in the ledger; expected {expected}")


class KeyTakenError(LedgerError):
    """Create-only: the key already holds other bytes."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the ledger already holds other bytes under {key!r}; nothing in it is ever overwritten"
        )


class KeyMissingError(LedgerError):
    """Nothing is stored under the key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the ledger holds nothing under {key!r}")


class ObjectTooLargeError(LedgerError):
    """An object is over the ledger's limit."""

    def __init__(self, key: str, *, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"the object {key!r} has {size_bytes:,} bytes, the ledger takes at most {limit_bytes:,}; "
            "write it in parts"
        )


class FormatUnknownError(LedgerError):
    """An object of the ledger is damaged or of another format."""

    def __init__(self, key: str, *, got: object, expected: str) -> None:
        super().__init__(
            f"the object {key!r} has the format {got!r}, this Herdbook reads {expected}; "
            "use the version of Herdbook that wrote it, or a newer one"
        )


class StoreUnsafeError(LedgerError):
    """The store ignores put-if-absent, which would corrupt the book."""

    def __init__(self, url: str) -> None:
        super().__init__(
            f"the store {url} overwrites an object although it was told to create it only if absent; "
            "the ledger would lose its history there: choose a store that honours `If-None-Match: *` "
            "(MinIO, AWS S3, SeaweedFS, Ceph, R2) or a local directory"
        )


class StoreUnfitError(LedgerError):
    """The store cannot hold the ledger."""

    def __init__(self, url: str, *, problem: str) -> None:
        super().__init__(
            f"the store {url} cannot hold the ledger: {problem}; choose another with HERDBOOK_LEDGER"
        )


class StoreAwayError(LedgerError):
    """The store cannot be reached."""

    def __init__(self, url: str, *, problem: str) -> None:
        super().__init__(
            f"the store {url} cannot be reached: {problem}; check HERDBOOK_LEDGER and that it runs"
        )
