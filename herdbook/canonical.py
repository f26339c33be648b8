"""One sequence of bytes for one model: skops files without object ids, times and uninitialised memory."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

ZIP_TIME = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive: the earliest that a zip can hold."""

SCHEMA = "schema.json"
LEAF = -1


def canonical_skops(body: bytes) -> bytes:
    """Rewrite a skops file so that the same model gives the same bytes.

    skops names arrays by `id(obj)`, writes the time into the zip, and stores the uninitialised padding of
    scikit-learn's tree nodes. Ids become 1, 2, 3, … in the order of the schema, times 1980, padding zero.
    """
    with zipfile.ZipFile(io.BytesIO(body)) as source:
        names: dict[str, str] = {}
        schema = _renumber(json.loads(source.read(SCHEMA)), _Counter(), names)
        files = {new: _canonical_array(source.read(old)) for old, new in names.items()}
    files[SCHEMA] = json.dumps(schema, separators=(",", ":")).encode()
    return _zip(files)


class _Counter(dict[int, int]):
    def __missing__(self, key: int) -> int:
        self[key] = len(self) + 1
        return self[key]


def _renumber(node: Any, ids: _Counter, names: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_renumber(part, ids, names) for part in node]
    if not isinstance(node, dict):
        return node
    return {name: _renumber_field(name, part, ids, names) for name, part in node.items()}


def _renumber_field(name: str, part: Any, ids: _Counter, names: dict[str, str]) -> Any:
    if name == "__id__":
        return ids[part]
    if name == "file" and isinstance(part, str):
        return names.setdefault(part, f"{len(names) + 1:06d}.npy")
    return _renumber(part, ids, names)


def _canonical_array(body: bytes) -> bytes:
    if not body.startswith(b"\x93NUMPY"):
        return body
    array = np.load(io.BytesIO(body), allow_pickle=False)
    if array.dtype.names is None:
        return body
    # np.save itself copies element by element and leaves garbage between the fields
    header = body[: len(body) - array.nbytes]
    return header + _without_garbage(array).tobytes()


def _without_garbage(nodes: NDArray[Any]) -> NDArray[Any]:
    """Copy field by field into zeroed memory; a leaf's missing-value direction is never set, nor read."""
    clean = np.zeros(nodes.shape, nodes.dtype)  # zeros_like would leave the padding as it finds it
    fields = nodes.dtype.names or ()
    for name in fields:
        clean[name] = nodes[name]
    if {"left_child", "missing_go_to_left"} <= set(fields):
        clean["missing_go_to_left"][nodes["left_child"] == LEAF] = 0
    return clean


def _zip(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, ZIP_TIME)
            info.external_attr = 0o644 << 16
            target.writestr(info, files[name], compress_type=zipfile.ZIP_DEFLATED, compresslevel=6)
    return out.getvalue()
