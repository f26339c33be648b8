"""Members compared."""

from __future__ import annotations

from tests.ui.figure.reading import REPORT, drawn, measured, words
from ui.figure.measured import Measured
from ui.figure.member import members, order
from ui.figure.paired import paired


def test_members_stand_in_the_order_of_their_log_loss():
    """The least log-loss comes first and the baseline last; who stands for another member is left out."""
    names = order(measured())

    assert names[0] == "logistic_regression"
    assert names[-1] == "majority"
    assert "best_single" not in names


def test_members_are_drawn_with_the_intervals_of_the_report():
    """Each kind of inputs is a trace, and each point has the value and bounds of the report."""
    frame, clusters = drawn(members(measured()))["data"]
    loss = REPORT["scores"]["frame"]["logistic_regression"]["log_loss"]

    assert frame["x"][0] == loss["value"]
    assert frame["error_x"]["array"][0] == loss["high"] - loss["value"]
    assert frame["marker"]["symbol"] != clusters["marker"]["symbol"]
    assert len(frame["x"]) == len(clusters["x"])


def test_members_mark_what_ships():
    """One row of the table is marked, that of the procedure with the inputs that ship."""
    html = members(measured())

    assert html.count('<tr class="marked"><th scope="row">vote, calibrated</th>') == 1
    assert html.count('class="marked"') == 1
    assert "The marked row is what ships." in words(html)


def test_members_leave_a_far_baseline_out_of_the_figure_only():
    """A baseline that would squeeze the others together stands in the table alone."""
    near = {
        name: {**one, "log_loss": {"value": 0.1, "low": 0.09, "high": 0.11}} for name, one in _frame().items()
    }
    near["majority"] = _frame()["majority"]

    html = members(measured(scores={"frame": near}))

    assert "most frequent class" not in "".join(drawn(html)["layout"]["yaxis"]["ticktext"])
    assert "most frequent class" in words(html)


def test_members_of_a_model_without_scores_say_so():
    """A small model has no comparison."""
    assert words(members(Measured({}))).strip() == "No members were compared for this model."


def test_paired_says_each_verdict():
    """Every comparison of the report has a row with its difference, its p-value and a verdict in words."""
    said = words(paired(measured()))

    assert "12 comparisons of two that answered the same held-out rows; a difference is shown in 2" in said
    assert (
        "vote, calibrated with cluster features k nearest neighbors with cluster features \N{MINUS SIGN}0.094"
        in said
    )
    assert "first is better" in said


def _frame() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = REPORT["scores"]["frame"]
    return found
