"""A model package: the files of one fitted model, named by their own content.

A folder with `card.json` (what the model is), `model.skops` (the fitted scikit-learn pipeline from the
cluster columns on), `clusters.npz` (what assigning a record to a cluster needs) and `manifest.json` (SHA-256
and size of each file). The version is the SHA-256 of the manifest; the tag shows its first twelve digits.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from herdbook import document, keys
from herdbook.clusters import Clusters
from herdbook.errors import KeyMissingError, ModelMissingError, PackageError
from herdbook.ledger import MAX_OBJECT_BYTES, Ledger

PACKAGE_FORMAT = 1
"""The format of a package and its card.

When it changes: raise it, keep reading every older one in `verify_package` and `Predictor.load`, and keep a
package of the old format under test.
"""

FRAME, FRAME_AND_CLUSTERS = "frame", "frame+clusters"
"""A card's `inputs`: the model takes the frame alone, or the frame and the three cluster columns."""

CARD, MODEL, CLUSTERS, MANIFEST = "card.json", "model.skops", "clusters.npz", "manifest.json"
SUMMARY = ("snapshot", "recipe", "classes", "schema_hash", "seed", "effort", "shipped", "inputs", "headline")
"""What of a card a list of models shows."""

TAG = re.compile(rf"(?P<dataset>{keys.DATASET_NAME}):(?P<version>[0-9a-f]{{12}})")
ON_DISK = (
    "delete this copy and it is taken from the ledger again, or train again with `herdbook train --again`"
)
IN_LEDGER = (
    "let another model serve with `herdbook promote TAG` (`herdbook models` lists them); to mend this one, "
    "bring it back from a backup of the ledger, or remove what is damaged there and run "
    "`herdbook train --again`"
)


def build_package(folder: Path, *, card: dict[str, Any], model: bytes, clusters: Clusters) -> str:
    """Write the files of a package into an empty or new folder and return its version (64 hex digits).

    `model` holds the canonical bytes of a skops file; `card["dataset"]` and `card["format"]` are required.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CARD).write_bytes(document.encode(card))
    (folder / MODEL).write_bytes(model)
    clusters.save(folder / CLUSTERS)
    manifest = {
        "format": PACKAGE_FORMAT,
        "dataset": card["dataset"],
        "files": {name: _fingerprint(folder / name) for name in (CARD, CLUSTERS, MODEL)},
    }
    body = document.encode(manifest)
    (folder / MANIFEST).write_bytes(body)
    return hashlib.sha256(body).hexdigest()


def tag_of(dataset: str, version: str) -> str:
    """Give the tag, such as `animals:3f2a9c01d4b7`, of a version."""
    return f"{dataset}:{version[:12]}"


def split_tag(tag: str) -> tuple[str, str]:
    """Split a tag into its dataset and the first twelve digits of its version.

    >>> split_tag("animals:3f2a9c01d4b7")
    ('animals', '3f2a9c01d4b7')

    Raises
    ------
    ModelMissingError
        It is no tag.
    """
    if (match := TAG.fullmatch(tag)) is None:
        raise ModelMissingError(
            tag, cure="a tag looks like `animals:3f2a9c01d4b7`; `herdbook models` lists them"
        )
    return match["dataset"], match["version"]


def verify_package(folder: Path, *, name: str | None = None) -> str:
    """Compare every file with the manifest and return the package's tag.

    Errors call the package by its folder's name, or by the tag that is given as `name`.

    Raises
    ------
    PackageError
        A file is missing, changed or unlisted, or the format is another one.
    """
    package = name or folder.name
    manifest = _read_manifest(folder, package)
    for file, expected in manifest["files"].items():
        path = folder / file
        if not path.is_file():
            raise _damaged(package, f"{file} is missing")
        if _fingerprint(path) != expected:
            raise _damaged(package, f"{file} is not what the manifest says")
    return tag_of(manifest["dataset"], hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest())


def read_card(folder: Path) -> dict[str, Any]:
    """Read the card of a package on disk.

    Raises
    ------
    PackageError
        It is no card of this format.
    """
    return _parse_card(folder.name, (folder / CARD).read_bytes())


def publish(ledger: Ledger, folder: Path) -> str:
    """Copy a package into the ledger, the manifest last, and return its tag; twice is as good as once."""
    tag = verify_package(folder)
    body = (folder / MANIFEST).read_bytes()
    dataset, version = split_tag(tag)[0], hashlib.sha256(body).hexdigest()
    for name, file in json.loads(body)["files"].items():
        content = (folder / name).read_bytes()
        for n, part in enumerate(_part_names(name, file["size_bytes"])):
            start = n * MAX_OBJECT_BYTES
            ledger.create(keys.model_file(dataset, version, part), content[start : start + MAX_OBJECT_BYTES])
    ledger.create(keys.model_file(dataset, version, MANIFEST), body)
    return tag


def fetch(ledger: Ledger, tag: str, folder: Path) -> Path:
    """Copy a package from the ledger into a folder, verify it, and return the folder.

    Raises
    ------
    ModelMissingError
        The ledger holds no such model.
    PackageError
        What it holds is damaged.
    """
    dataset, version = split_tag(tag)[0], resolve(ledger, tag)
    body = ledger.get(keys.model_file(dataset, version, MANIFEST))
    manifest = _parse_manifest(tag, body)
    folder.mkdir(parents=True, exist_ok=True)
    for name, file in manifest["files"].items():
        parts = [keys.model_file(dataset, version, part) for part in _part_names(name, file["size_bytes"])]
        try:
            (folder / name).write_bytes(b"".join(ledger.get(part) for part in parts))
        except KeyMissingError:
            raise _damaged(tag, f"{name} is missing") from None
    (folder / MANIFEST).write_bytes(body)
    if verify_package(folder, name=tag) != tag:
        raise _damaged(tag, "its manifest has another SHA-256 than its tag")
    return folder


def resolve(ledger: Ledger, tag: str) -> str:
    """Find the whole version (64 hex digits) that a tag stands for.

    Raises
    ------
    ModelMissingError
        The ledger holds no such model.
    """
    dataset, digits = split_tag(tag)
    for version in _versions(ledger, dataset, after=digits):
        if version.startswith(digits):
            return version
        break
    raise ModelMissingError(tag, cure="`herdbook models` lists those that there are")


def list_models(ledger: Ledger, dataset: str) -> list[dict[str, Any]]:
    """List a short summary of every complete model of a dataset, ordered by tag."""
    return [_summary(ledger, dataset, version) for version in _versions(ledger, dataset)]


def model_card(ledger: Ledger, tag: str) -> dict[str, Any]:
    """Read the card of a model in the ledger, without the rest of its package.

    Raises
    ------
    ModelMissingError, PackageError
        The ledger holds no such model, or its card is of another format.
    """
    dataset, version = split_tag(tag)[0], resolve(ledger, tag)
    return _parse_card(tag, ledger.get(keys.model_file(dataset, version, CARD)))


def _summary(ledger: Ledger, dataset: str, version: str) -> dict[str, Any]:
    tag = tag_of(dataset, version)
    card = _parse_card(tag, ledger.get(keys.model_file(dataset, version, CARD)))
    return {"tag": tag, "version": version} | {name: card.get(name) for name in SUMMARY}


def _versions(ledger: Ledger, dataset: str, *, after: str = "") -> Iterator[str]:
    """Walk over the versions whose manifest is stored, that is, which are complete."""
    folder = keys.model_folder(dataset)
    for entry in ledger.list(folder, after=folder + after if after else ""):
        version, _, name = entry.key.removeprefix(folder).partition("/")
        if name == MANIFEST:
            yield version


def _damaged(package: str, problem: str) -> PackageError:
    """Word the damage of the ledger's own package, called by its tag, or of a copy, called by its folder."""
    return PackageError(package, problem=problem, cure=IN_LEDGER if TAG.fullmatch(package) else ON_DISK)


def _read_manifest(folder: Path, package: str) -> dict[str, Any]:
    try:
        body = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        raise _damaged(package, f"{MANIFEST} is missing") from None
    return _parse_manifest(package, body)


def _parse_manifest(package: str, body: bytes) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(body)
        found = manifest["format"], manifest["dataset"], set(manifest["files"])
    except (ValueError, KeyError, TypeError):
        raise _damaged(package, f"{MANIFEST} cannot be read") from None
    _require_format(package, found[0])
    if missing := {CARD, MODEL, CLUSTERS} - found[2]:
        raise _damaged(package, f"{MANIFEST} lists no {', '.join(sorted(missing))}")
    if unsafe := [name for name in found[2] if not re.fullmatch(r"[a-z][a-z0-9_-]*(\.[a-z0-9]+)+", name)]:
        raise _damaged(package, f"{MANIFEST} lists {unsafe[0]!r}, which is no plain name")
    return manifest


def _parse_card(package: str, body: bytes) -> dict[str, Any]:
    try:
        card: dict[str, Any] = json.loads(body)
        found = card["format"]
    except (ValueError, KeyError, TypeError):
        raise _damaged(package, f"{CARD} cannot be read") from None
    _require_format(package, found)
    return card


def _require_format(package: str, found: object) -> None:
    if found != PACKAGE_FORMAT:
        problem = f"it has format {found!r}, this Herdbook reads {PACKAGE_FORMAT}"
        cure = "serve it with the Herdbook that made it, or train again"
        raise PackageError(package, problem=problem, cure=cure)


def _fingerprint(path: Path) -> dict[str, Any]:
    body = path.read_bytes()
    return {"sha256": hashlib.sha256(body).hexdigest(), "size_bytes": len(body)}


def _part_names(name: str, size_bytes: int) -> list[str]:
    """Names under which a file stands in the ledger: its own, or numbered parts of at most 8 MiB."""
    if size_bytes <= MAX_OBJECT_BYTES:
        return [name]
    return [f"{name}.part-{n:04d}" for n in range(-(-size_bytes // MAX_OBJECT_BYTES))]
