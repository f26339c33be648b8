"""Tests of the page of a discovery."""

from __future__ import annotations

import pytest

from pages import discovery
from pages.discovery.tree import place_nodes
from tests.pages.reading import Reading
from tests.pages.sample_discovery import make_discovery

ALL = [
    "verdict",
    "map",
    "clusters",
    "outliers",
    "tree",
    "stability",
    "separability",
    "rivals",
    "grid",
    "agreement",
]


def render(report: dict[str, object], **more: object) -> Reading:
    """Render a report and take the page apart."""
    return Reading(discovery.render(report, names=more.get("names"), changes=more.get("changes")))  # type: ignore[arg-type]


def test_discovery_shows_every_part_of_a_report() -> None:
    """A whole report has every section, in the order in which they are asked for."""
    read = render(make_discovery())

    assert read.sections == [*ALL, "method"]


def test_discovery_shows_every_feature_and_cluster() -> None:
    """Each feature, and each cluster by its name or its number, is on the page."""
    report = make_discovery(n_clusters=4, n_features=6)

    read = render(report, names={"1": "walrus"})

    assert all(f"feature_{place}" in read.text for place in range(6))
    assert all(name in read.text for name in ("cluster-0", "walrus", "cluster-2", "cluster-3", "no cluster"))
    assert "Clusters 0 and 1 (walrus)" in read.text


@pytest.mark.parametrize("part", sorted(set(make_discovery()) - {"format"}))
def test_discovery_does_without_any_part(part: str) -> None:
    """A report that lacks one part, or has None for it, is still a page with a verdict."""
    report = make_discovery()

    without, empty = (
        render(one) for one in ({**report, part: None}, {k: v for k, v in report.items() if k != part})
    )

    assert without.sections == empty.sections
    assert "verdict" in without.sections


def test_discovery_says_that_there_are_no_clusters() -> None:
    """Records without any group give a page that says so first."""
    report = make_discovery() | {"n_clusters": 0, "clusters": [], "n_outliers": 1_000}

    read = render(report)

    assert "No groups: none of the 1,000 records" in read.text
    assert "clusters" not in read.sections


def test_discovery_gives_a_cluster_one_colour_everywhere() -> None:
    """The map, the tree and the stability plot show a cluster in one colour, that of its card."""
    read = render(make_discovery(n_clusters=3))

    figures = {plot["id"]: plot["figure"]["data"] for plot in read.plots}

    on_map = {trace["name"].split()[0]: trace["marker"]["color"]["css"] for trace in figures["plot-map"]}
    in_tree = {trace["fillcolor"]["css"] for trace in figures["plot-tree"]} - {"--grid"}
    stable = [one["css"] for one in figures["plot-stability"][0]["marker"]["color"]]
    assert [on_map[f"cluster-{number}"] for number in range(3)] == stable == sorted(in_tree)


def test_discovery_warns_of_clusters_that_do_not_hold() -> None:
    """A cluster that hardly comes back in refits is named in a warning."""
    report = make_discovery()
    report["clusters"][1]["stability"] = 0.4

    read = render(report, names={"1": "walrus"})

    assert "walrus changes much when a part of the records is taken away" in read.text.lower()


def test_discovery_shows_what_changed() -> None:
    """Clusters that stayed, came and went since an earlier discovery are listed."""
    line = {"cluster": 0, "name": "seal", "n_records": 9, "share": 0.1}
    clusters = [
        {"change": "renamed", "overlap": 0.87, "before": line, "after": line | {"name": "walrus"}},
        {"change": "gone", "overlap": None, "before": line | {"cluster": 5}, "after": None},
    ]

    read = render(
        make_discovery(), changes={"says": "1 renamed, 1 gone", "report": "ef" * 32, "clusters": clusters}
    )

    assert "names" in read.sections
    told = ("1 renamed, 1 gone", "walrus", "0.87", "cluster 5", "was 9", "efefefefefef")
    assert [word for word in told if word not in read.text] == []


def test_discovery_stays_small_and_says_what_it_leaves_out() -> None:
    """Fifty clusters of two hundred features and five thousand points make a page below 8 MB."""
    page = discovery.render(
        make_discovery(n_clusters=50, n_features=200, n_points=5_000), names=None, changes=None
    )

    assert len(page.encode()) < 8_000_000
    assert "and 175 more are not" in page
    assert all(f"feature_{place}<" in page for place in range(200))


def test_tree_places_children_within_their_parent() -> None:
    """Blocks of the condensed tree do not overlap, and lie below the block that they come from."""
    nodes = [
        {"node": 0, "parent": None, "n_points": 10},
        {"node": 1, "parent": 0, "n_points": 6},
        {"node": 2, "parent": 0, "n_points": 3},
    ]

    ends = place_nodes(nodes)

    assert ends[0] == (0.0, 10.0)
    assert ends[0][0] <= ends[1][0] < ends[1][1] <= ends[2][0] < ends[2][1] <= ends[0][1]
