"""One row of the prediction log: what is kept of a prediction, and its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import uuid_utils
from numpy.typing import NDArray

if TYPE_CHECKING:  # the log is read and sealed by processes that load no model
    from herdbook.predictor import Answers

LOG_FORMAT = 1
"""Format of spool files, segments and index entries.

To change one: raise this number, keep reading every earlier one (`spool.SpoolReader`, `segment.read_segment`,
`index.IndexEntry`), and keep a file of each earlier format under test.
"""

ID_BYTES = 16
_DASH = ord("-")
_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype=np.uint8).reshape(256, 2)
_GROUPS = ((0, 4, 0), (4, 6, 9), (6, 8, 14), (8, 10, 19), (10, 16, 24))


class Context(NamedTuple):
    """What all rows that one model answered in one role have in common."""

    model: str
    role: str
    schema_hash: str
    classes: tuple[str, ...]


class Logged(NamedTuple):
    """The predictions of one request, or of one chunk of a large one, in columns.

    Attributes
    ----------
    ids
        One UUIDv7 per row, as text (`new_ids`).
    time_us
        When they were made, microseconds since 1970 (UTC).
    keys
        The client's own name for each record, or None.
    model, role, schema_hash
        Who answered, as what (`champion`, …), on which feature schema.
    frame
        The records, shape (n_rows, n_features), in the order of `dataset.features`.
    answers
        What was answered, n_rows of it.
    """

    ids: list[str]
    time_us: int
    request_id: str
    keys: list[str | None]
    model: str
    role: str
    schema_hash: str
    frame: NDArray[np.float64]
    answers: Answers

    @property
    def context(self) -> Context:
        """What these rows share with others of the same model."""
        return Context(self.model, self.role, self.schema_hash, self.answers.classes)

    def is_like(self, other: Logged) -> bool:
        """Tell quickly whether two share their context; if not sure, say no."""
        return (
            self.answers.classes is other.answers.classes
            and self.model == other.model
            and self.role == other.role
            and self.schema_hash == other.schema_hash
        )


def new_ids(n: int) -> list[str]:
    """Make `n` UUIDv7 ids that sort by the order in which this process made them."""
    return [str(uuid_utils.uuid7()) for _ in range(n)]


def pack_ids(ids: list[str]) -> NDArray[np.uint8]:
    """Pack canonical UUID texts into bytes of shape (n, 16)."""
    packed = bytes.fromhex("".join(ids).replace("-", ""))
    return np.frombuffer(packed, dtype=np.uint8).reshape(len(ids), ID_BYTES)


def unpack_ids(packed: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Spell ids of shape (n, 16) as canonical ASCII text of shape (n, 36)."""
    text = np.full((len(packed), 36), _DASH, dtype=np.uint8)
    for first, last, place in _GROUPS:
        text[:, place : place + 2 * (last - first)] = _HEX[packed[:, first:last]].reshape(len(packed), -1)
    return text
