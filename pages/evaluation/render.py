"""Putting the page of an evaluation together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pages.block import Page, Section
from pages.evaluation.agreement import show_agreement
from pages.evaluation.calibration import show_calibration
from pages.evaluation.classes import show_classes
from pages.evaluation.confusion import show_confusion
from pages.evaluation.control import show_controls
from pages.evaluation.cost import show_costs
from pages.evaluation.importance import show_importance
from pages.evaluation.learning import show_learning
from pages.evaluation.measured import Measured
from pages.evaluation.method import show_method
from pages.evaluation.paired import show_paired
from pages.evaluation.score import show_scores
from pages.evaluation.search import show_search
from pages.evaluation.verdict import give_verdict
from pages.number import abridge, number
from pages.page import write_page

SECTIONS: tuple[Callable[[Measured], Section | None], ...] = (
    show_controls,
    show_scores,
    show_paired,
    show_calibration,
    show_confusion,
    show_classes,
    show_learning,
    show_importance,
    show_costs,
    show_search,
    show_agreement,
    show_method,
)


def render(card: Mapping[str, Any], evaluation: Mapping[str, Any]) -> str:
    """Render the evaluation of a model as one HTML page that needs no network.

    Parameters
    ----------
    card
        Of the model's package.
    evaluation
        The report of its training; parts that are missing are left out of the page.
    """
    measured = Measured(card, evaluation)
    sections = [section for show in SECTIONS if (section := show(measured))]
    model = evaluation.get("model") or card.get("tag") or card.get("dataset") or "Unnamed model"
    return write_page(
        Page(
            kicker="Evaluation",
            title=str(model),
            facts=_facts(measured),
            verdict=give_verdict(measured),
            sections=sections,
        )
    )


def _facts(measured: Measured) -> list[tuple[str, str]]:
    card, report, design = measured.card, measured.report, measured.part("design")
    rows = design.get("n_rows") or (card.get("rows") or {}).get("labelled")
    facts = [
        ("Dataset", report.get("dataset") or card.get("dataset")),
        ("Snapshot", abridge(report.get("snapshot") or card.get("snapshot"))),
        ("Recipe", abridge(report.get("recipe") or card.get("recipe"))),
        ("Report", abridge(report.get("report"))),
        ("Labelled rows", number(rows) if rows else None),
        ("Features", len(card["features"]) if card.get("features") else None),
        ("Classes", len(measured.classes) or None),
        ("Effort", card.get("effort")),
        ("Seed", card.get("seed")),
    ]
    return [(name, str(value)) for name, value in facts if value is not None]
