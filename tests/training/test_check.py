"""The check of a snapshot."""

import numpy as np
import pyarrow as pa
import pytest

from herdbook.dataset import find_dataset
from herdbook.errors import CheckRefusedError
from herdbook.ledger import Ledger
from herdbook.received import table_of
from herdbook.settings import Settings
from herdbook.snapshot import Snapshot, freeze
from training.check import check, require

FLOWER = {
    "sepal_length": 5.1,
    "sepal_width": 3.5,
    "petal_length": 1.4,
    "petal_width": 0.2,
    "species": "setosa",
}
IRIS = find_dataset(Settings(), "iris")


def frozen(ledger: Ledger, rows: list[dict[str, object]]) -> Snapshot:
    """Freeze rows as if a data service had sent them."""
    return freeze(ledger, "iris", table_of(rows), source="test", request={})


def test_check_sets_rows_aside_with_every_reason(ledger: Ledger) -> None:
    """All rules speak at once; a row may stand under several."""
    rows = [FLOWER, {**FLOWER, "sepal_length": 99, "petal_width": -1}, {**FLOWER, "species": None}, FLOWER]

    checked = check(IRIS, frozen(ledger, rows))

    said = {(reason.column, reason.rule, reason.count, reason.first_rows) for reason in checked.reasons}
    assert said == {
        ("sepal_length", "maximum 10", 1, (1,)),
        ("petal_width", "minimum 0", 1, (1,)),
        ("species", "missing", 1, (2,)),
    }
    assert checked.rows.tolist() == [0, 3]
    assert checked.frame.shape == (2, 4)
    assert checked.target is not None
    assert checked.target.tolist() == ["setosa", "setosa"]


def test_check_reports_undeclared_columns(ledger: Ledger) -> None:
    """A column that nobody declared is never trained on, and said."""
    checked = check(IRIS, frozen(ledger, [{**FLOWER, "colour": "blue"}]))

    assert checked.ignored == ("colour",)
    assert checked.n_set_aside == 0


def test_check_of_a_missing_column_sets_every_row_aside(ledger: Ledger) -> None:
    """A feature that never came is missing in each row."""
    rows: list[dict[str, object]] = [
        {name: value for name, value in FLOWER.items() if name != "sepal_width"}
    ] * 2

    checked = check(IRIS, frozen(ledger, rows))

    assert [(reason.column, reason.rule, reason.count) for reason in checked.reasons] == [
        ("sepal_width", "missing", 2)
    ]


def test_policy_refuses_too_many_rows_set_aside(ledger: Ledger) -> None:
    """Above the policy's share the sentence names the worst reasons and the cure."""
    rows = [FLOWER] * 9 + [{**FLOWER, "sepal_length": "long"}]
    checked = check(IRIS, frozen(ledger, rows))

    with pytest.raises(
        CheckRefusedError, match=r"1 of 10 rows .*'sepal_length' breaks 'type'.*maximum_set_aside"
    ):
        require(IRIS, checked)


def test_policy_allows_its_share(ledger: Ledger) -> None:
    """Below the policy's share training goes on."""
    rows = [FLOWER] * 39 + [{**FLOWER, "sepal_length": 11}]

    require(IRIS, check(IRIS, frozen(ledger, rows)))


def test_check_reads_text_of_a_csv(ledger: Ledger) -> None:
    """A snapshot of text is parsed by the declaration."""
    table = pa.table({name: [str(value)] for name, value in FLOWER.items()})

    checked = check(IRIS, freeze(ledger, "iris", table, source="test.csv", request={}, text=True))

    assert np.allclose(checked.frame, [[5.1, 3.5, 1.4, 0.2]])
