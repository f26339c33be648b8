"""Every key in the ledger is built here, and nowhere else.

A key is one or more segments joined by `/`. Names come from users, files and requests; each function checks
the names it is given, so none can leave its folder. Numbers and times are zero-padded: the order of the keys
is the order of the things.
"""

from __future__ import annotations

import re

from herdbook.errors import KeyInvalidError

DIGITS = 10
TIME_DIGITS = 17
MAX_LETTERS = 900

DATASET_NAME = r"[a-z][a-z0-9_-]{0,62}"
"""What a dataset may be called: its file, its keys and its models' tags follow it."""

_SEGMENT = re.compile(r"[a-z0-9_=-][a-z0-9_=.-]{0,199}")
_DATASET = re.compile(DATASET_NAME)
_FILE = re.compile(r"[a-z0-9_][a-z0-9_.-]{0,127}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HASH = re.compile(r"[0-9a-f]{12,64}")
_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")

_A_DATASET = "a lower-case letter, then at most 62 lower-case letters, digits, `_` or `-`"
_A_FILE = "at most 128 lower-case letters, digits, `_`, `-` or `.`, not starting with `.` or `-`"
_A_HASH = "12 to 64 lower-case hexadecimal digits"


def _named(name: str, pattern: re.Pattern[str], expected: str) -> str:
    if not pattern.fullmatch(name):
        raise KeyInvalidError(name, expected=expected)
    return name


def _numbered(number: int) -> str:
    if not 0 <= number < 10**DIGITS:
        raise KeyInvalidError(str(number), expected=f"a number of at most {DIGITS} digits")
    return f"{number:0{DIGITS}}"


def check_key(key: str) -> str:
    """Return the key if a ledger may hold it.

    Lower case only, because a folder on macOS does not tell cases apart. No segment starts with a dot: those
    names are the store's own.

    Raises
    ------
    KeyInvalidError
        An empty, `.` or `..` segment, a leading or trailing `/`, or a character beyond `a-z 0-9 _ - = .`.
    """
    if len(key) > MAX_LETTERS or not all(_SEGMENT.fullmatch(segment) for segment in key.split("/")):
        raise KeyInvalidError(key, expected="segments of a-z, 0-9, `_`, `-`, `=` and `.`, joined by one `/`")
    return key


def check_folder(prefix: str) -> str:
    """Return the prefix if it names a folder: it ends in `/`, or is empty for the whole ledger."""
    if prefix and not prefix.endswith("/"):
        raise KeyInvalidError(prefix, expected="a folder that ends in `/`")
    if prefix:
        check_key(prefix[:-1])
    return prefix


def check_dataset(dataset: str) -> str:
    """Return the name if a dataset may bear it."""
    return _named(dataset, _DATASET, _A_DATASET)


def number_of(key: str) -> int:
    """Read the number from the key of a numbered object."""
    return int(key.rpartition("/")[2].partition(".")[0])


def raw_folder(dataset: str, snapshot: str | None = None) -> str:
    """Folder of one snapshot, or of all snapshots of the dataset."""
    folder = f"raw/{check_dataset(dataset)}/"
    if snapshot is None:
        return folder
    return folder + _named(snapshot, _SHA256, "64 lower-case hexadecimal digits") + "/"


def raw_part(dataset: str, snapshot: str, number: int) -> str:
    """Parquet part of a snapshot."""
    return f"{raw_folder(dataset, snapshot)}part-{_numbered(number)}.parquet"


def snapshot_card(dataset: str, snapshot: str) -> str:
    """Card of a snapshot; the snapshot is complete once it exists."""
    return f"{raw_folder(dataset, snapshot)}snapshot.json"


def arrival_folder(dataset: str, snapshot: str) -> str:
    """Folder of a snapshot's arrivals."""
    return f"{raw_folder(dataset, snapshot)}arrivals/"


def arrival(dataset: str, snapshot: str, time_us: int, nonce: str) -> str:
    """One ingest that brought this snapshot; the order of the keys is the order in time."""
    if not 0 <= time_us < 10**TIME_DIGITS:
        raise KeyInvalidError(str(time_us), expected="microseconds since 1970")
    name = f"{time_us:0{TIME_DIGITS}}-{_named(nonce, _HASH, _A_HASH)}.json"
    return arrival_folder(dataset, snapshot) + name


def model_folder(dataset: str, version: str | None = None) -> str:
    """Folder of one model, or of all of the dataset; the version may be whole or its first 12 digits."""
    folder = f"models/{check_dataset(dataset)}/"
    return folder if version is None else folder + _named(version, _HASH, _A_HASH) + "/"


def model_file(dataset: str, version: str, name: str) -> str:
    """File of a model package."""
    return model_folder(dataset, version) + _named(name, _FILE, _A_FILE)


def recipe_folder(dataset: str, recipe: str) -> str:
    """Folder of the models that one recipe made."""
    return f"recipes/{check_dataset(dataset)}/{_named(recipe, _HASH, _A_HASH)}/"


def recipe(dataset: str, recipe: str, number: int) -> str:
    """Model number `number` that the recipe made."""
    return f"{recipe_folder(dataset, recipe)}{_numbered(number)}.json"


def segment_folder(dataset: str, date: str) -> str:
    """Folder of the prediction log's segments of one UTC date, `YYYY-MM-DD`."""
    return f"predictions/{check_dataset(dataset)}/date={_named(date, _DATE, 'a date as YYYY-MM-DD')}/"


def segment(dataset: str, date: str, name: str) -> str:
    """Segment of the prediction log."""
    return segment_folder(dataset, date) + _named(name, _FILE, _A_FILE)


def segment_index_folder(dataset: str) -> str:
    """Folder of the numbered index of live segments."""
    return f"predictions/{check_dataset(dataset)}/index/"


def segment_index(dataset: str, number: int) -> str:
    """Entry of the index of live segments."""
    return f"{segment_index_folder(dataset)}{_numbered(number)}.json"


def segment_checkpoint(dataset: str, number: int) -> str:
    """Checkpoint of the index of live segments."""
    return check_key(f"predictions/{check_dataset(dataset)}/checkpoints/{_numbered(number)}.json")


def segment_sheet(dataset: str, date: str, sha256: str) -> str:
    """List of segments of one date, of which a checkpoint tells."""
    return segment(dataset, date, f"sheet-{sha256}.json")


def report_folder(dataset: str, kind: str) -> str:
    """Folder of the reports of one kind."""
    return f"reports/{check_dataset(dataset)}/{_named(kind, _DATASET, _A_DATASET)}/"


def report(dataset: str, kind: str, name: str) -> str:
    """One report."""
    return f"{report_folder(dataset, kind)}{_named(name, _HASH, _A_HASH)}.json"


def generation_folder(dataset: str) -> str:
    """Folder of the generations."""
    return f"generations/{check_dataset(dataset)}/"


def generation(dataset: str, number: int) -> str:
    """One generation; the highest number is the current one."""
    return f"{generation_folder(dataset)}{_numbered(number)}.json"


def clusters_file(dataset: str, sha256: str, name: str) -> str:
    """File of stored clusters, named by the hash of the whole."""
    whole = _named(sha256, _SHA256, "64 lower-case hexadecimal digits")
    return f"clusters/{check_dataset(dataset)}/{whole}/{_named(name, _FILE, _A_FILE)}"


def discovery_folder(dataset: str) -> str:
    """Folder of the numbered list of discoveries."""
    return f"discoveries/{check_dataset(dataset)}/"


def discovery(dataset: str, number: int) -> str:
    """Entry of the list of discoveries; the highest number is the latest one."""
    return f"{discovery_folder(dataset)}{_numbered(number)}.json"


def naming_folder(dataset: str) -> str:
    """Folder of the numbered namings of clusters."""
    return f"names/{check_dataset(dataset)}/"


def naming(dataset: str, number: int) -> str:
    """One naming of clusters; the highest number is the current one."""
    return f"{naming_folder(dataset)}{_numbered(number)}.json"
