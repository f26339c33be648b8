"""The check: which rows of a snapshot are accepted, which are set aside, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from herdbook.content import ENCODING
from herdbook.dataset import Dataset
from herdbook.errors import SHOWN_NAMES, CheckRefusedError, shown
from herdbook.feature import Feature
from herdbook.snapshot import Snapshot
from training.column import Column, read_column
from training.target import read_target

CHECK_FORMAT = 1
ABSENT = "absent"
"""The rule that every row breaks when a column that must be there is not."""


@dataclass(frozen=True)
class Reason:
    """A rule that rows of a column break: how many do, and the first of them."""

    column: str
    rule: str
    count: int
    first_rows: tuple[int, ...]


@dataclass(frozen=True)
class Check:
    """What the check derived from a snapshot; the same snapshot and dataset give the same check.

    Attributes
    ----------
    frame
        The accepted rows, shape (n_accepted, n_features).
    rows
        Their numbers in the snapshot, shape (n_accepted,).
    target
        Their labels as text, shape (n_accepted,), if the dataset has a target column.
    n_rows
        How many rows the snapshot has.
    reasons
        Why rows were set aside, by column and rule; a row may stand under several.
    ignored
        Columns of the snapshot that the dataset does not declare.
    truth
        The source's own kind of each accepted row as text, shape (n_accepted,), None where a row has none;
        None if the dataset declares no such column or the snapshot came without it. To evaluate with alone.
    """

    frame: NDArray[np.float64]
    rows: NDArray[np.int64]
    target: NDArray[np.object_] | None
    n_rows: int
    reasons: tuple[Reason, ...]
    ignored: tuple[str, ...]
    truth: NDArray[np.object_] | None = None

    @property
    def n_set_aside(self) -> int:
        """Number of rows that are not accepted."""
        return self.n_rows - len(self.rows)

    def to_report(self) -> dict[str, Any]:
        """Give the counts and reasons as plain JSON values."""
        return {
            "format": CHECK_FORMAT,
            "rows": self.n_rows,
            "accepted": len(self.rows),
            "set_aside": self.n_set_aside,
            "reasons": [asdict(reason) for reason in self.reasons],
            "ignored_columns": list(self.ignored),
        }


def check(dataset: Dataset, snapshot: Snapshot) -> Check:
    """Check every row of the snapshot against the dataset, all rules at once."""
    table = snapshot.table()
    columns = {feature.name: _read(feature, table, is_text=snapshot.text) for feature in dataset.features}
    accepted = np.ones(table.num_rows, dtype=np.bool_)
    reasons = []
    target, target_faults = _read_target(dataset, table)
    faults = [(name, rule, rows) for name, column in columns.items() for rule, rows in column.faults.items()]
    for name, rule, rows in faults + target_faults:
        if rows.any():
            accepted &= ~rows
            first = tuple(int(row) for row in np.flatnonzero(rows)[:SHOWN_NAMES])
            reasons.append(Reason(name, rule, int(rows.sum()), first))
    declared = {*dataset.feature_names, *dataset.drop, dataset.target, dataset.evaluation.truth}
    truth = _read_truth(dataset, table)
    return Check(
        frame=np.column_stack([column.values for column in columns.values()])[accepted],
        rows=np.flatnonzero(accepted).astype(np.int64),
        target=None if target is None else target[accepted],
        n_rows=table.num_rows,
        reasons=tuple(reasons),
        ignored=tuple(name for name in table.column_names if name not in declared),
        truth=None if truth is None else truth[accepted],
    )


def require(dataset: Dataset, checked: Check) -> None:
    """Refuse a training when more rows are set aside than the policy allows, or none is left.

    Raises
    ------
    CheckRefusedError
        The sentence names the reasons with the most rows.
    """
    allowed = dataset.policy.maximum_set_aside
    if len(checked.rows) and checked.n_set_aside <= allowed * checked.n_rows:
        return
    raise CheckRefusedError(
        dataset.name,
        set_aside=checked.n_set_aside,
        rows=checked.n_rows,
        allowed=allowed,
        reasons="; ".join(_say(checked)) or "there is no row",
    )


def _say(checked: Check) -> Iterator[str]:
    """Say the worst reasons, and of all columns that are absent in one sentence."""
    absent = [reason.column for reason in checked.reasons if reason.rule == ABSENT]
    if absent:
        columns = "the column {} is" if len(absent) == 1 else "the columns {} are"
        it_has = f" (it has {shown(checked.ignored)}, which the dataset does not declare)"
        yield f"{columns.format(shown(absent))} not in the snapshot{it_has if checked.ignored else ''}"
    others = [reason for reason in checked.reasons if reason.rule != ABSENT]
    for reason in sorted(others, key=lambda reason: -reason.count)[:SHOWN_NAMES]:
        yield f"{reason.column!r} breaks {reason.rule!r} in {reason.count} rows"


def _read(feature: Feature, table: pa.Table, *, is_text: bool) -> Column:
    if feature.name not in table.column_names:
        column = Column(np.full(table.num_rows, np.nan))
        if not feature.missing:
            column.fault(ABSENT, np.ones(table.num_rows, dtype=np.bool_))
        return column
    metadata = table.schema.field(feature.name).metadata or {}
    return read_column(feature, table.column(feature.name), is_text=is_text, is_json=ENCODING in metadata)


def _read_target(
    dataset: Dataset, table: pa.Table
) -> tuple[NDArray[np.object_] | None, list[tuple[str, str, NDArray[np.bool_]]]]:
    name = dataset.target
    if name is None:
        return None, []
    if name not in table.column_names:
        labels = np.full(table.num_rows, None, dtype=np.object_)
        return labels, [(name, ABSENT, np.ones(table.num_rows, dtype=np.bool_))]
    labels, faults = read_target(name, table)
    return labels, [(name, rule, rows) for rule, rows in faults.items()]


def _read_truth(dataset: Dataset, table: pa.Table) -> NDArray[np.object_] | None:
    """Read the source's own kinds; no row is set aside for what it has there."""
    name = dataset.evaluation.truth
    return None if name is None or name not in table.column_names else read_target(name, table)[0]
