"""The Models tab in a real browser, against a real service."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.models import Models
from tests.fixtures.service import Service
from tests.ui.conftest import DRAWN, shoot, show_tab

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("ui")]


def champion_of(herd: Service) -> str:
    """Name the model that the newest generation names."""
    return str(httpx.get(f"{herd.url}/generations").json()["generations"][0]["champion"])


def sign(page: Page, why: str) -> None:
    """Say who and why."""
    page.get_by_label("Who", exact=True).fill("Ann")
    page.get_by_label("Why", exact=True).fill(why)


@pytest.fixture
def shown(page: Page) -> Page:
    """Open the tab and wait for the model that serves."""
    show_tab(page, "Models")
    expect(page.locator("article.detail")).to_be_visible()
    return page


def test_models_lists_versions_and_generations(shown: Page, trained: Models, herd: Service) -> None:
    """Every model and every generation is listed, and which one serves."""
    versions = shown.locator("#versions")

    for tag in (trained.animals.tag, trained.second_animals_tag):
        expect(versions.get_by_role("button", name=tag)).to_be_visible()
    expect(versions.get_by_role("row", name="serves now")).to_contain_text(champion_of(herd))
    expect(shown.locator("#generations")).to_contain_text("the first model")


def test_models_shows_the_evaluation_of_the_one_that_is_pushed(shown: Page, trained: Models) -> None:
    """Pushed, a model is shown with metrics, members, confusion and calibration, all drawn."""
    tag = trained.second_animals_tag

    shown.locator("#versions").get_by_role("button", name=tag).click()

    detail = shown.locator("article.detail")
    expect(detail.get_by_role("heading", name=f"Model {tag}")).to_be_visible()
    expect(detail).to_contain_text("Agreement with the discovery")
    expect(detail).to_contain_text("The marked row is what ships.")
    expect(detail.get_by_role("region", name="Numbers of held-out rows")).to_contain_text("told kangaroo")
    expect(detail.locator(DRAWN)).to_have_count(2)
    shoot(shown, "models")


def test_models_promotes_and_rolls_back_with_who_and_why(shown: Page, trained: Models, herd: Service) -> None:
    """A promotion and a roll-back stand in the ledger with who and why, and the page says who serves."""
    first = champion_of(herd)
    other = next(tag for tag in (trained.animals.tag, trained.second_animals_tag) if tag != first)
    shown.locator("#versions").get_by_role("button", name=other).click()
    sign(shown, "it is <b>better</b>")
    shown.get_by_role("button", name=f"Promote {other}").click()

    expect(shown.locator("#steered")).to_contain_text(f"{other} serves now: generation")
    assert champion_of(herd) == other
    expect(shown.locator("#generations")).to_contain_text("it is <b>better</b>")
    expect(shown.get_by_text(f"Rolling back from {other} lets {first} of generation")).to_be_visible()
    sign(shown, "it was not")
    shown.get_by_role("button", name="Roll back").click()
    expect(shown.locator("#steered")).to_contain_text(re.compile(f"{first} serves now.*by Ann.*it was not"))
    assert champion_of(herd) == first


def test_models_asks_who_and_why_before_it_changes_anything(
    shown: Page, trained: Models, herd: Service
) -> None:
    """Without who or why nothing is promoted, and a sentence says what is missing."""
    first = champion_of(herd)
    other = next(tag for tag in (trained.animals.tag, trained.second_animals_tag) if tag != first)
    shown.locator("#versions").get_by_role("button", name=other).click()
    shown.get_by_role("button", name=f"Promote {other}").click()

    expect(shown.locator("#steered")).to_contain_text("Say who you are and why")
    assert champion_of(herd) == first
