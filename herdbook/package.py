"""A model package: the files of one fitted model, named by their own content.

A folder with `card.json` (what the model is), `model.skops` (the fitted scikit-learn pipeline from the
cluster columns on), `clusters.npz` (what assigning a record to a cluster needs) and `manifest.json` (SHA-256
and size of each file). If the pipeline was compiled, `model.onnx` is the same as one graph, proven to answer
alike, and `neighbours.npz` settles its doubts where neighbours vote. The version is the SHA-256 of the
manifest; the tag shows its first twelve digits.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from herdbook import document
from herdbook.clusters import Clusters
from herdbook.errors import PackageError
from herdbook.neighbour_vote import NeighbourVote
from herdbook.tag import is_tag, tag_of

PACKAGE_FORMAT = 1
"""The format of a package and its card.

When it changes: raise it, keep reading every older one in `verify_package` and `Predictor.load`, and keep a
package of the old format under test.
"""

FRAME, FRAME_AND_CLUSTERS = "frame", "frame+clusters"
"""A card's `inputs`: the model takes the frame alone, or the frame and the three cluster columns."""

CARD, MODEL, CLUSTERS, MANIFEST = "card.json", "model.skops", "clusters.npz", "manifest.json"
GRAPH, NEIGHBOURS = "model.onnx", "neighbours.npz"
"""Files that only a compiled model has; one of an older Herdbook has none, and is served by the pipeline."""

ON_DISK = (
    "delete this copy and it is taken from the ledger again, or train again with `herdbook train --again`"
)
IN_LEDGER = (
    'let another model serve with `herdbook promote TAG --why "…"` (`herdbook models` lists them); to '
    "mend it, bring it back from a backup of the ledger, or remove what is damaged there and run "
    "`herdbook train --again`"
)


def build_package(
    folder: Path,
    *,
    card: dict[str, Any],
    model: bytes,
    clusters: Clusters,
    graph: bytes | None = None,
    neighbours: NeighbourVote | None = None,
) -> str:
    """Write the files of a package into an empty or new folder and return its version (64 hex digits).

    `model` holds the canonical bytes of a skops file, `graph` those of an ONNX file that was proven to answer
    alike; `card["dataset"]` and `card["format"]` are required.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CARD).write_bytes(document.encode(card))
    (folder / MODEL).write_bytes(model)
    clusters.save(folder / CLUSTERS)
    names = [CARD, CLUSTERS, MODEL]
    if graph is not None:
        (folder / GRAPH).write_bytes(graph)
        names.append(GRAPH)
    if neighbours is not None:
        neighbours.save(folder / NEIGHBOURS)
        names.append(NEIGHBOURS)
    manifest = {
        "format": PACKAGE_FORMAT,
        "dataset": card["dataset"],
        "files": {name: _fingerprint(folder / name) for name in names},
    }
    body = document.encode(manifest)
    (folder / MANIFEST).write_bytes(body)
    return hashlib.sha256(body).hexdigest()


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
            raise damaged(package, f"{file} is missing")
        if _fingerprint(path) != expected:
            raise damaged(package, f"{file} is not what the manifest says")
    return tag_of(manifest["dataset"], hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest())


def read_card(folder: Path) -> dict[str, Any]:
    """Read the card of a package on disk.

    Raises
    ------
    PackageError
        It is no card of this format.
    """
    return parse_card(folder.name, (folder / CARD).read_bytes())


def has_graph(folder: Path, card: Mapping[str, Any]) -> bool:
    """Tell whether a verified package serves by a proven graph: its card says so and its manifest lists it.

    Raises
    ------
    PackageError
        The card tells of a file that the manifest does not list.
    """
    compiled = card.get("compiled") or {}
    if not compiled.get("graph"):
        return False
    listed = _read_manifest(folder, folder.name)["files"]
    for name in (GRAPH, *([NEIGHBOURS] if compiled["neighbours"] else [])):
        if name not in listed:
            raise damaged(folder.name, f"{MANIFEST} lists no {name}, of which its card tells")
    return True


def damaged(package: str, problem: str) -> PackageError:
    """Word the damage of the ledger's own package, called by its tag, or of a copy, called by its folder."""
    return PackageError(package, problem=problem, cure=IN_LEDGER if is_tag(package) else ON_DISK)


def _read_manifest(folder: Path, package: str) -> dict[str, Any]:
    try:
        body = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        raise damaged(package, f"{MANIFEST} is missing") from None
    return parse_manifest(package, body)


def parse_manifest(package: str, body: bytes) -> dict[str, Any]:
    """Read the bytes of a manifest; raises PackageError if they are none of this format."""
    try:
        manifest: dict[str, Any] = json.loads(body)
        found = manifest["format"], manifest["dataset"], set(manifest["files"])
    except (ValueError, KeyError, TypeError):
        raise damaged(package, f"{MANIFEST} cannot be read") from None
    _require_format(package, found[0])
    if missing := {CARD, MODEL, CLUSTERS} - found[2]:
        raise damaged(package, f"{MANIFEST} lists no {', '.join(sorted(missing))}")
    if unsafe := [name for name in found[2] if not re.fullmatch(r"[a-z][a-z0-9_-]*(\.[a-z0-9]+)+", name)]:
        raise damaged(package, f"{MANIFEST} lists {unsafe[0]!r}, which is no plain name")
    return manifest


def parse_card(package: str, body: bytes) -> dict[str, Any]:
    """Read the bytes of a card; raises PackageError if they are none of this format."""
    try:
        card: dict[str, Any] = json.loads(body)
        found = card["format"]
    except (ValueError, KeyError, TypeError):
        raise damaged(package, f"{CARD} cannot be read") from None
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
