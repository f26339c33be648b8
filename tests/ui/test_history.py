"""The History tab in a real browser, against a real service."""

from __future__ import annotations

import csv
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.service import Service
from tests.ui.conftest import N_RECORDS, Opener, shoot, show_tab

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("ui")]

DOG = {"walks_on_n_legs": 4, "height": 0.6, "weight": 30.0, "has_wings": False, "has_tail": True}
HEN = {"walks_on_n_legs": 2, "height": 0.3, "weight": 2.0, "has_wings": True, "has_tail": True}
HOSTILE = "<img src=x onerror=alert(1)>${1}{{value}}"


@pytest.fixture(scope="module")
def ids(herd: Service) -> list[str]:
    """Ask for 26 predictions, the last two with a key; give their ids."""
    records = [*[DOG] * 12, *[HEN] * 12, {**DOG, "key": "=cmd|rex"}, {**HEN, "key": HOSTILE}]
    answered = httpx.post(f"{herd.url}/predict", json={"records": records}, timeout=60).json()
    return [one["id"] for one in answered["predictions"]]


@pytest.fixture
def shown(page: Page, ids: list[str]) -> Page:
    """Open the tab and wait for the newest predictions."""
    show_tab(page, "History")
    expect(page.locator("#predictions button.pick").first).to_be_visible()
    return page


def picks(page: Page) -> list[str]:
    """Give the ids on the page that is shown."""
    buttons = page.locator("#predictions button.pick").all()
    return [button.get_attribute("data-id") or "" for button in buttons]


def test_history_pages_through_the_log_newest_first(shown: Page) -> None:
    """The newest come first; older ones are a page further, and none is shown twice."""
    first = picks(shown)

    shown.get_by_role("button", name="Older").click()
    expect(shown.locator("#predictions caption")).to_contain_text("Predictions 21 to")
    second = picks(shown)
    assert first == sorted(first, reverse=True)
    assert set(first).isdisjoint(second)
    shown.get_by_role("button", name="Newer").click()
    expect(shown.locator("#predictions caption")).to_contain_text("Predictions 1 to 20")
    assert picks(shown) == first


def test_history_filters_by_label_and_clears(shown: Page) -> None:
    """A label alone is shown, and everything again once the filters are cleared."""
    shown.get_by_label("Label").select_option("chicken")
    shown.get_by_role("button", name="Show", exact=True).click()

    expect(shown.locator("#predictions tbody tr", has_text="dog")).to_have_count(0)
    expect(shown.locator("#predictions tbody tr", has_text="chicken").first).to_be_visible()
    shown.get_by_role("button", name="Clear").click()
    expect(shown.locator("#predictions tbody tr", has_text="dog").first).to_be_visible()


def test_history_says_when_dates_are_wrong_or_nothing_matches(shown: Page) -> None:
    """A range that holds nothing is refused or told in a sentence, never by a stack."""
    shown.get_by_label("From").fill("2026-01-02T00:00:00")
    shown.get_by_label("Until").fill("2026-01-01T00:00:00")
    shown.get_by_role("button", name="Show", exact=True).click()
    expect(shown.get_by_text("is not before")).to_be_visible()

    shown.get_by_label("From").fill("2001-01-01T00:00:00")
    shown.get_by_label("Until").fill("2001-01-02T00:00:00")
    shown.get_by_role("button", name="Show", exact=True).click()
    expect(shown.locator("#predictions")).to_contain_text("No prediction matches")


def test_history_shows_a_whole_pedigree(shown: Page, herd: Service) -> None:
    """Pushed, a prediction is followed back to its records and to who let its model serve."""
    shown.locator("#predictions button.pick").last.press("Enter")

    links = shown.locator("#pedigree ol.chain > li")
    expect(links).to_have_count(5)
    expect(links.nth(0)).to_contain_text(" m")
    expect(links.nth(2)).to_contain_text(httpx.get(f"{herd.url}/models").json()["current"])
    expect(links.nth(3)).to_contain_text(f"{N_RECORDS} records")
    expect(links.nth(4)).to_contain_text("Generation")
    shoot(shown, "history")


def test_history_finds_one_by_id_or_by_key(shown: Page, ids: list[str]) -> None:
    """An id or the client's own key finds a prediction; a key is text, whatever stands in it."""
    sought = shown.get_by_label("Find one by its id, or by your own key")

    sought.fill(ids[0])
    sought.press("Enter")
    expect(shown.locator("#pedigree")).to_contain_text(ids[0])
    sought.fill(HOSTILE)
    shown.get_by_role("button", name="Find it").click()
    expect(shown.locator("#pedigree")).to_contain_text(HOSTILE)
    expect(shown.locator("#pedigree img")).to_have_count(0)
    sought.fill("nobody")
    sought.press("Enter")
    expect(shown.locator("#pedigree")).to_contain_text("No prediction has the id or the key 'nobody'.")


def test_history_writes_a_csv_file_that_is_harmless(shown: Page, ids: list[str], tmp_path: Path) -> None:
    """The file holds all that match, and no cell of it is a formula."""
    shown.get_by_label("Label").select_option("dog")
    shown.get_by_role("button", name="Show", exact=True).click()
    expect(shown.locator("#predictions tbody tr", has_text="chicken")).to_have_count(0)
    shown.get_by_role("button", name="Write a CSV file of all that match").click()
    expect(shown.locator("#saved")).to_contain_text("(label dog), newest first")

    with shown.expect_download() as download:
        shown.get_by_role("button", name="Download it").click()
    download.value.save_as(tmp_path / "dogs.csv")
    with (tmp_path / "dogs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["label"] for row in rows} == {"dog"}
    assert {ids[0], ids[24]} <= {row["id"] for row in rows}
    assert "'=cmd|rex" in {row["key"] for row in rows}


def test_history_fits_a_narrow_page(opened: Opener, ids: list[str]) -> None:
    """At 400 pixels the table scrolls by itself, and the page does not."""
    page = opened(width=1280)
    show_tab(page, "History")
    expect(page.locator("#predictions button.pick").first).to_be_visible()
    page.set_viewport_size({"width": 400, "height": 900})

    assert page.evaluate("document.documentElement.scrollWidth") <= 400
