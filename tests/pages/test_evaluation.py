"""Tests of the page of an evaluation."""

from __future__ import annotations

import pytest

from pages import evaluation
from tests.pages.reading import Reading
from tests.pages.sample import make_card, make_evaluation

ALL = [
    "verdict",
    "controls",
    "scores",
    "paired",
    "calibration",
    "confusion",
    "classes",
    "learning",
    "importance",
]
LEAD = "On rows it never saw it was right 90.0 % of the time (95 % interval: 88.0 % to 92.0 %)."
AGREED = LEAD.replace("was right", "agreed with the discovery on all records")


def render(report: dict[str, object], card: dict[str, object] | None = None) -> Reading:
    """Render a report and take the page apart."""
    return Reading(evaluation.render(make_card() if card is None else card, report))


def test_evaluation_shows_every_part_of_a_report() -> None:
    """A whole report has every section, controls before scores."""
    read = render(make_evaluation())

    assert read.sections == [*ALL, "costs", "search", "agreement", "method"]


def test_evaluation_says_first_what_the_model_is_worth() -> None:
    """The verdict has the accuracy of what ships with its interval, and the control that does not hold."""
    read = render(make_evaluation() | {"fold_discovery": None})

    verdict = read.text[read.text.index("Verdict") : read.text.index("controls:")]
    assert LEAD in verdict
    assert "One control does not hold, and qualifies all figures: “No plain rule”." in verdict


def test_evaluation_of_clusters_tells_of_agreement() -> None:
    """Where labels are names of clusters, to be right is to agree with discovery, and nothing more."""
    agreement = {"adjusted_rand_index": 0.9812, "outliers": {"f1": 0.875}}

    read = render(make_evaluation() | {"agreement": agreement})

    assert AGREED in read.text
    assert "was right" not in read.text.split("Controls")[0]
    assert "an adjusted Rand index of 0.981, and an F1 of 0.875 for outliers" in read.text


@pytest.mark.parametrize(("n_evaluated", "is_shown"), [(42, True), (99, False)])
def test_method_tells_of_evaluated_rows_where_not_all_are(n_evaluated: int, *, is_shown: bool) -> None:
    """Scores of a sample stand beside the number of its rows; of a whole table one does."""
    report = make_evaluation()

    read = render(report | {"design": report["design"] | {"n_evaluated": n_evaluated}})

    assert "Labelled rows" in read.text
    assert ("Evaluated rows" in read.text) is is_shown


@pytest.mark.parametrize("controls", [None, []])
def test_evaluation_without_controls_warns(controls: list[object] | None) -> None:
    """Controls that a budget left out are a warning with its reason, never a clean bill."""
    left_out = {"left_out": {"controls": "the budget was spent"}}

    read = render(make_evaluation() | {"controls": controls, "examined": left_out})

    assert "The controls were not run: the budget was spent." in read.text
    assert "controls" in read.sections


def test_evaluation_names_controls_that_were_not_run() -> None:
    """A control that was not run is counted apart from those that passed, and stands in the warning."""
    report = make_evaluation()
    unrun = report["controls"][0] | {"title": "No leak", "passed": None, "is_run": False}
    report |= {"controls": [report["controls"][0], unrun], "examined": {"left_out": {"controls": "no room"}}}

    read = render(report)

    assert "1 control was not run: no room. Nobody has looked at “No leak”." in read.text
    assert "2 controls: 1 not run, 1 passed." in read.text


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("a is better", "it is better, row by row"), ("no difference shown", "it is not shown to be better")],
)
def test_evaluation_sets_the_model_beside_the_baseline_by_pairs(verdict: str, said: str) -> None:
    """Whether it beats the frequencies alone is told by the comparison row by row, not by two intervals."""
    report = make_evaluation()
    pair = report["paired"][0] | {"b": "majority", "verdict": verdict, "p_value": 0.01, "p_adjusted": 0.03}

    read = render(report | {"paired": [pair]})

    assert f"{said} (p = 0.030)" in read.text


def test_evaluation_shows_every_class_member_and_control() -> None:
    """Each class, feature, member, control and dropped candidate is on the page."""
    read = render(make_evaluation(classes=("cat", "dog", "newt")))

    wanted = ("cat", "dog", "newt", "random forest", "majority", "size", "Undecided", "the budget was spent")
    assert all(name in read.text for name in wanted)


def test_evaluation_lists_controls_that_do_not_hold_first() -> None:
    """A warning comes before what could not be decided, and that before what holds."""
    classes = [one.get("class", "") for one in render(make_evaluation()).named("li")]

    assert [one for one in classes if one] == ["warn", "off", "good"]


@pytest.mark.parametrize("part", sorted(set(make_evaluation()) - {"format"}))
def test_evaluation_does_without_any_part(part: str) -> None:
    """A report that lacks one part, or has None for it, is still a page with a verdict."""
    report = make_evaluation()

    without, empty = (
        render(one) for one in ({**report, part: None}, {k: v for k, v in report.items() if k != part})
    )

    assert without.sections == empty.sections
    assert "verdict" in without.sections


def test_evaluation_says_what_the_budget_left_no_room_for() -> None:
    """What was narrowed and who was passed over without settings stand there, in words and with reasons."""
    report = make_evaluation()
    report["search"]["narrowed"] = ["2 outer folds instead of 5"]
    report["search"]["dropped"] = [{"member": "rbf_svm", "settings": {}, "why": "too many rows"}]

    read = render(report)

    assert "What the budget left no room for" in read.text
    assert "2 outer folds instead of 5." in read.text
    assert "too many rows" in read.text


def test_evaluation_does_with_a_card_alone() -> None:
    """An old model without a report has a page of what its card tells."""
    metrics = make_evaluation()["scores"]
    card = make_card() | {"evaluation": {"metrics": metrics, "note": "the labels are names of clusters"}}

    read = render({}, card)

    assert LEAD in read.text
    assert "The labels are names of clusters." in read.text


def test_evaluation_leaves_a_baseline_off_a_scale_that_it_would_spoil() -> None:
    """Where the baseline is far off, the plot has the others alone and its caption says where it lies."""
    report = make_evaluation()
    for lines in report["scores"].values():
        lines["majority"]["log_loss"] = {"value": 5.0, "low": 4.9, "high": 5.1}

    read = render(report)

    figure = next(plot["figure"] for plot in read.plots if plot["id"] == "plot-score-log-loss")
    assert figure["layout"]["yaxis"]["ticktext"] == ["vote ←", "random forest"]
    assert "Off the scale: majority, 5.00000" in read.text


def test_evaluation_shows_many_classes_as_a_plot() -> None:
    """Forty classes are drawn, and named where they are confused."""
    classes = tuple(f"class_{place}" for place in range(40))

    read = render(make_evaluation(classes=classes), make_card(classes=classes))

    assert "plot-confusion" in {plot["id"] for plot in read.plots}
    assert "pairs more" in read.text


def test_evaluation_says_where_members_run() -> None:
    """A model with a graph names what runs in it; one without says why; an older card says nothing."""
    graph = {"graph": True, "why": "it answers 12 rows alike", "members": {"k_nearest_neighbors": "graph"}}
    cards = [
        make_card() | {"compiled": compiled} for compiled in (graph, {"graph": False, "why": "a hard vote"})
    ]

    told = [render(make_evaluation(), card).text for card in (*cards, make_card())]

    assert "It answers 12 rows alike." in told[0]
    assert "k nearest neighbors" in told[0].split("one ONNX graph")[1]
    assert "without a graph" in told[1]
    assert "A hard vote." in told[1]
    assert "ONNX" not in told[2]
