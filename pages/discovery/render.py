"""Putting the page of a discovery together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pages.block import Page, Section
from pages.discovery.agreement import show_agreement
from pages.discovery.change import show_names
from pages.discovery.cluster import show_clusters
from pages.discovery.found import Found
from pages.discovery.grid import show_grid
from pages.discovery.method import show_method
from pages.discovery.outlier import show_outliers
from pages.discovery.plane import show_map
from pages.discovery.rival import show_rivals
from pages.discovery.separability import show_separability
from pages.discovery.stability import show_stability
from pages.discovery.tree import show_tree
from pages.discovery.verdict import give_verdict
from pages.number import MISSING, abridge, number
from pages.page import write_page

SECTIONS: tuple[Callable[[Found], Section | None], ...] = (
    show_map,
    show_clusters,
    show_outliers,
    show_tree,
    show_stability,
    show_separability,
    show_rivals,
    show_grid,
    show_agreement,
    show_method,
)


def render(
    report: Mapping[str, Any],
    *,
    names: Mapping[str, str] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> str:
    """Render a discovery's report as one HTML page that needs no network.

    Parameters
    ----------
    report
        As `training.discover` writes it; parts that are missing are left out of the page.
    names
        Names of clusters by their number, as text; those in the report if left out.
    changes
        How clusters and names follow from an earlier discovery, if there was one.
    """
    found = Found(report, names if names is not None else report.get("names") or {})
    sections = [section for show in SECTIONS if (section := show(found))]
    named = show_names(found, changes)
    if named:
        sections.insert(2 if changes else len(sections), named)
    return write_page(
        Page(
            kicker="Discovery",
            title=str(report.get("dataset") or "Unnamed dataset"),
            facts=_facts(report),
            verdict=give_verdict(found),
            sections=sections,
        )
    )


def _facts(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    parameters = report.get("parameters") or {}
    facts = [
        ("Dataset", report.get("dataset")),
        ("Snapshot", abridge(report.get("snapshot"))),
        ("Report", abridge(report.get("report"))),
        ("Records", number(report.get("n_records"))),
        ("Features", number(len(Found(report, {}).features) or None)),
        ("Smallest cluster allowed", number(parameters.get("min_cluster_size"))),
        ("Neighbours for density", number(parameters.get("min_samples"))),
    ]
    return [(name, str(value)) for name, value in facts if value not in {None, MISSING}]
