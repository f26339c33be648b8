"""The Discover tab in a real browser, against a real service."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.service import Service
from tests.ui.conftest import DRAWN, Opener, shoot, show_tab

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("ui")]


@pytest.fixture
def tab(page: Page) -> Page:
    """Open the Discover tab and wait until its map is drawn."""
    show_tab(page, "Discover")
    page.locator(DRAWN).wait_for()
    return page


def names_on(page: Page) -> list[str]:
    """Give the names that stand in the legend of the map."""
    return page.locator(DRAWN).evaluate("(one) => one.data.map((trace) => trace.name)")


def test_map_draws_every_cluster_and_the_outliers(tab: Page, herd: Service) -> None:
    """Each cluster is drawn in a colour of its own, records in none by another symbol."""
    found = httpx.get(f"{herd.url}/discovery").json()
    marks = tab.locator(DRAWN).evaluate(
        "(one) => one.data.map((each) => [each.marker.color, each.marker.symbol])"
    )

    assert len(marks) == len({point[2] for point in found["map"]["points"]})
    assert len({colour for colour, _ in marks}) == len(marks)
    assert [symbol for _, symbol in marks].count("x-thin") == 1


def test_profiles_are_written_in_units(tab: Page) -> None:
    """The table of profiles names medians with their units."""
    table = tab.get_by_role("region", name="Typical values")

    expect(table.get_by_role("row", name="Weight")).to_contain_text("kg")
    expect(table.get_by_role("row", name="Walks on n legs")).to_contain_text("4 legs")
    expect(tab.get_by_role("heading", name="What tells them apart")).to_be_visible()


def test_predicted_record_is_placed_on_the_map(page: Page) -> None:
    """The record of the Predict tab is a star on the map, and where it lies is said in words."""
    page.get_by_label("Height").fill("0.5")
    page.get_by_role("button", name="Predict", exact=True).click()
    page.get_by_role("button", name="Show it on the map").click()

    expect(page.get_by_text("This record lies in")).to_be_visible()
    expect(page.locator("#discover-height")).to_have_value("0.5")
    page.wait_for_function(
        "document.querySelector('div.figure[data-ready]')?.data?.at(-1).name === 'this record'"
    )
    shoot(page, "discover")


def test_outlier_is_placed_with_a_warning(tab: Page) -> None:
    """A record unlike all others is said to lie in no cluster."""
    tab.locator("#discover-walks_on_n_legs").fill("8")
    tab.locator("#discover-height").fill("19")
    tab.get_by_role("button", name="Place it on the map").click()

    expect(tab.get_by_text("lies in no cluster: it is unlike")).to_be_visible()


def test_naming_a_cluster_shows_at_once_and_is_kept(tab: Page, herd: Service) -> None:
    """A new name stands on the map at once, and in the ledger with who gave it and why."""
    tab.get_by_label("New name").fill("old dog")
    tab.get_by_label("Who", exact=True).fill("Ada")
    tab.get_by_label("Why", exact=True).fill("they are grey")
    tab.get_by_role("button", name="Name it").click()

    expect(tab.get_by_text("is called old dog from now on")).to_be_visible()
    expect(tab.get_by_role("heading", name="old dog")).to_be_visible()
    assert any(name.startswith("old dog") for name in names_on(tab))
    assert "old dog" in httpx.get(f"{herd.url}/discovery").json()["names"].values()


def test_naming_without_a_reason_says_what_lacks(opened: Opener) -> None:
    """Who and why are asked for, in a sentence."""
    page = opened()
    show_tab(page, "Discover")
    page.get_by_label("New name").fill("cat")
    page.get_by_role("button", name="Name it").click()

    expect(page.get_by_role("alert")).to_have_text("To name a cluster, give who, why.")
