"""The registry: model packages in the ledger, published whole or not at all, and fetched verified."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from herdbook import keys
from herdbook.errors import KeyMissingError, ModelMissingError, PackageError
from herdbook.ledger import Ledger
from herdbook.package import CARD, MANIFEST, damaged, parse_card, parse_manifest, verify_package
from herdbook.part import read_parts, write_parts
from herdbook.tag import split_tag, tag_of

SUMMARY = (
    "snapshot",
    "recipe",
    "classes",
    "schema_hash",
    "seed",
    "effort",
    "shipped",
    "inputs",
    "headline",
    "compiled",
)
"""What of a card a list of models shows."""


def publish(ledger: Ledger, folder: Path) -> str:
    """Copy a package into the ledger, the manifest last, and return its tag; twice is as good as once."""
    tag = verify_package(folder)
    body = (folder / MANIFEST).read_bytes()
    dataset, version = split_tag(tag)[0], hashlib.sha256(body).hexdigest()
    key_of = partial(keys.model_file, dataset, version)
    for name in json.loads(body)["files"]:
        write_parts(ledger, key_of, name, (folder / name).read_bytes())
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
    manifest = parse_manifest(tag, body)
    folder.mkdir(parents=True, exist_ok=True)
    key_of = partial(keys.model_file, dataset, version)
    for name, file in manifest["files"].items():
        try:
            content = read_parts(ledger, key_of, name, size_bytes=file["size_bytes"])
        except KeyMissingError:
            raise damaged(tag, f"{name} is missing") from None
        (folder / name).write_bytes(content)
    (folder / MANIFEST).write_bytes(body)
    if verify_package(folder, name=tag) != tag:
        raise damaged(tag, "its manifest has another SHA-256 than its tag")
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
    """List a short summary of every complete model of a dataset, ordered by tag.

    Of a card that cannot be read, all but tag and version is None.
    """
    return [_summary(ledger, dataset, version) for version in _versions(ledger, dataset)]


def model_card(ledger: Ledger, tag: str) -> dict[str, Any]:
    """Read the card of a model in the ledger, without the rest of its package.

    Raises
    ------
    ModelMissingError, PackageError
        The ledger holds no such model, or its card is of another format.
    """
    dataset, version = split_tag(tag)[0], resolve(ledger, tag)
    return parse_card(tag, ledger.get(keys.model_file(dataset, version, CARD)))


def _summary(ledger: Ledger, dataset: str, version: str) -> dict[str, Any]:
    tag = tag_of(dataset, version)
    try:
        card = parse_card(tag, ledger.get(keys.model_file(dataset, version, CARD)))
    except (PackageError, KeyMissingError):
        card = {}  # a damaged model, or one of a later Herdbook, must not hide the others
    return {"tag": tag, "version": version} | {name: card.get(name) for name in SUMMARY}


def _versions(ledger: Ledger, dataset: str, *, after: str = "") -> Iterator[str]:
    """Walk over the versions whose manifest is stored, that is, which are complete."""
    folder = keys.model_folder(dataset)
    for entry in ledger.list(folder, after=folder + after if after else ""):
        version, _, name = entry.key.removeprefix(folder).partition("/")
        if name == MANIFEST:
            yield version
