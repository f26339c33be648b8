"""Tests of what all pages share: that they stand alone and take no text for markup."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from itertools import pairwise

import pytest

from pages import discovery, evaluation
from pages.page import to_script_json
from tests.pages.reading import Reading, shown_in_plots
from tests.pages.sample import NASTY, make_card, make_evaluation
from tests.pages.sample_discovery import make_discovery

MOST_BYTES = 8_000_000


@pytest.fixture(scope="module", params=["discovery", "evaluation"])
def page(request: pytest.FixtureRequest) -> str:
    """Give a page with a name in it that is markup."""
    if request.param == "discovery":
        return discovery.render(make_discovery(prefix=NASTY), names={"0": NASTY}, changes=None)
    classes = (NASTY, "dog", "eel")
    return evaluation.render(
        make_card(classes=classes, prefix=NASTY), make_evaluation(classes=classes, prefix=NASTY)
    )


def test_page_refers_to_nothing_outside_of_itself(page: str) -> None:
    """Every reference leads to a place on the same page."""
    references = Reading(page).references

    assert references
    assert {one[0] for one in references} == {"#"}


def test_page_allows_its_own_scripts_alone(page: str) -> None:
    """The policy forbids everything but inline style and the two scripts, which it knows by their hashes."""
    read = Reading(page)

    policy = next(one["content"] for one in read.named("meta") if one.get("http-equiv"))

    hashes = {f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}" for script in read.scripts[1:]}
    assert policy.startswith("default-src 'none'")
    assert set(re.findall(r"sha256-[^']+", policy)) == hashes
    assert "http" not in policy


def test_page_holds_plotly_once(page: str) -> None:
    """The page has the data of its plots, plotly and its own script, and stays below 8 MB."""
    scripts = Reading(page).scripts

    assert len(scripts) == 3
    assert sum("plotly.js v" in script for script in scripts) == 1
    assert len(page.encode()) < MOST_BYTES


def test_page_takes_no_name_for_markup(page: str) -> None:
    """A feature, class or cluster called like a script is text, in HTML as in plots."""
    read = Reading(page)

    assert "alert(" in read.text
    assert not any("alert(" in script for script in read.scripts[1:])
    assert "<script" not in shown_in_plots(read.plots)


def test_page_names_what_each_plot_shows(page: str) -> None:
    """Every plot has a place of its own, and a label that says what is found in it."""
    read = Reading(page)

    places = {one["id"]: one for one in read.named("div") if one.get("class") == "plot"}

    assert [plot["id"] for plot in read.plots] == list(places)
    assert all(one["role"] == "img" and len(one["aria-label"]) > 20 for one in places.values())


def test_page_has_headings_in_order(page: str) -> None:
    """One first heading, no step is left out, and every table has a caption and heads."""
    read = Reading(page)

    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch(r"h[1-6]", tag)]

    assert levels.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
    assert len(read.named("caption")) == len(read.named("table")) == len(read.named("thead"))


def test_script_json_cannot_end_its_element() -> None:
    """No character is left by which JSON could end the script that it stands in."""
    text = to_script_json(["</script>", "<!--", "\u2028"])

    assert not set("<>&\u2028") & set(text)
