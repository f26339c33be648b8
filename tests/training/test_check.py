"""The check of a snapshot."""

import math

import numpy as np
import pyarrow as pa
import pytest

from herdbook.dataset import EvaluationPolicy, find_dataset
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
    """A feature that never came is told apart from one that is null; the sentence says what came instead."""
    rows: list[dict[str, object]] = [
        {name: value for name, value in FLOWER.items() if name != "sepal_width"}
    ] * 2

    checked = check(IRIS, frozen(ledger, [{**row, "sepal width": 3.5} for row in rows]))

    assert [(reason.column, reason.rule, reason.count) for reason in checked.reasons] == [
        ("sepal_width", "absent", 2)
    ]
    with pytest.raises(
        CheckRefusedError, match=r"'sepal_width' is not in the snapshot \(it has 'sepal width'"
    ):
        require(IRIS, checked)


def test_check_says_all_missing_columns_in_one_sentence(ledger: Ledger) -> None:
    """What came instead is said once, however many columns are missing."""
    rows = [{"width": 3.5, "species": "setosa"}] * 2

    with pytest.raises(CheckRefusedError) as refused:
        require(IRIS, check(IRIS, frozen(ledger, rows)))

    said = str(refused.value)
    assert said.count("it has 'width', which the dataset does not declare") == 1
    assert "the columns 'sepal_length', 'sepal_width', 'petal_length', 'petal_width' are not in the" in said


def test_check_of_a_missing_target_column_says_so(ledger: Ledger) -> None:
    """Without its target column nothing is accepted, and the sentence names it."""
    row: dict[str, object] = {name: value for name, value in FLOWER.items() if name != "species"}

    with pytest.raises(CheckRefusedError, match="'species' is not in the snapshot;"):
        require(IRIS, check(IRIS, frozen(ledger, [row])))


@pytest.mark.parametrize(
    ("target", "labels", "faults"),
    [
        (pa.array(["a", " ", "", "\tb ", None]), ["a", "b"], {("missing", (1, 2, 4))}),
        (pa.array([1.5, math.nan, None]), ["1.5"], {("missing", (1, 2))}),
        (pa.array([b"a", None]), [], {("type", (0,)), ("missing", (1,))}),
        (pa.array([["a"], None]), [], {("type", (0,)), ("missing", (1,))}),
        (pa.array([True, False]), ["true", "false"], set()),
        (pa.array([3, None]), ["3"], {("missing", (1,))}),
    ],
    ids=["text", "floats", "bytes", "nested", "booleans", "integers"],
)
def test_check_makes_no_class_of_what_is_no_label(
    ledger: Ledger, target: pa.Array, labels: list[str], faults: set[tuple[str, tuple[int, ...]]]
) -> None:
    """NaN, blanks and bytes are set aside with a reason; they never become classes of that name."""
    table = table_of([{name: value for name, value in FLOWER.items() if name != "species"}] * len(target))
    snapshot = freeze(ledger, "iris", table.append_column("species", target), source="test", request={})

    checked = check(IRIS, snapshot)

    assert checked.target is not None
    assert checked.target.tolist() == labels
    assert {(reason.rule, reason.first_rows) for reason in checked.reasons} == faults


def test_check_reads_labels_of_mixed_types(ledger: Ledger) -> None:
    """A column that mixes text and numbers gives the labels that stand there, without quotation marks."""
    rows = [{**FLOWER, "species": label} for label in ("setosa", 7, None, True)]

    checked = check(IRIS, frozen(ledger, rows))

    assert checked.target is not None
    assert checked.target.tolist() == ["setosa", "7", "true"]


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


def test_check_carries_the_truth_apart(ledger: Ledger) -> None:
    """The source's own kinds are no undeclared column; a row without one stays, a row set aside has none."""
    told = IRIS.model_copy(update={"evaluation": EvaluationPolicy(truth="kind")})
    rows = [{**FLOWER, "kind": "a"}, {**FLOWER, "kind": None}, {**FLOWER, "sepal_length": 99, "kind": "b"}]

    checked = check(told, frozen(ledger, rows))

    assert checked.truth is not None
    assert checked.truth.tolist() == ["a", None]
    assert (checked.ignored, len(checked.frame), checked.frame.shape[1]) == ((), 2, 4)


def test_check_without_a_truth_has_none(ledger: Ledger) -> None:
    """A snapshot may come without the column; one that nobody declared is only an ignored column."""
    told = IRIS.model_copy(update={"evaluation": EvaluationPolicy(truth="kind")})

    absent = check(told, frozen(ledger, [FLOWER]))
    undeclared = check(IRIS, frozen(ledger, [{**FLOWER, "kind": "a"}]))

    assert (absent.truth, absent.ignored, absent.n_set_aside) == (None, (), 0)
    assert (undeclared.truth, undeclared.ignored) == (None, ("kind",))
