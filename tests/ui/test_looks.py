"""How the page looks and behaves in both themes, wide and narrow: for everybody, and alone on its host."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.fixtures.models import Models
from tests.fixtures.s3_server import free_ports
from tests.fixtures.service import Service, environment_of
from tests.ui.conftest import NARROW, WIDE, Opener, Pages, shoot, show_tab

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("ui")]

GRAVE = {"serious", "critical"}
SEEN = {
    "Predict": "form.record",
    "Discover": "div.figure[data-ready]",
    "Train": "[role=tabpanel]:visible button:visible",
    "Models": "[role=tabpanel]:visible h2:visible",
    "History": "[role=tabpanel]:visible button:visible",
}
"""What stands in each tab once it has loaded."""


def tabs_of(page: Page) -> list[str]:
    """Name the tabs of the page."""
    page.get_by_role("tab", name="Predict", exact=True).wait_for()
    return [tab.inner_text().strip() for tab in page.get_by_role("tab").all() if tab.is_visible()]


def grave(page: Page) -> list[str]:
    """List what axe-core finds serious or critical, with the elements."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {[node['html'][:200] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_tab_is_accessible_and_fits(opened: Opener, width: int, theme: str) -> None:
    """axe-core finds nothing serious, and nothing is wider than the window; no other host is asked."""
    page = opened(width=width, theme=theme)

    tabs = tabs_of(page)
    assert tabs == list(SEEN)
    for name in tabs:
        show_tab(page, name)
        page.locator(SEEN[name]).first.wait_for()
        assert (name, grave(page)) == (name, [])
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if name in {"Predict", "Discover"}:
            shoot(page, f"{name.lower()}-{width}-{theme}")


def test_dark_theme_can_be_asked_for(opened: Opener, pages: Pages) -> None:
    """?__theme=dark shows the dark theme to a reader whose system is light."""
    page = opened(url=f"{pages.url}/?__theme=dark")

    expect(page.locator("body")).to_have_class(re.compile("dark"))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 21, 23)"


def test_tabs_are_reached_by_keyboard(page: Page) -> None:
    """Arrow keys walk the tabs, and the focus stays visible."""
    first = page.get_by_role("tab", name="Predict", exact=True)
    first.focus()
    page.keyboard.press("ArrowRight")
    second = page.get_by_role("tab", name="Discover", exact=True)

    expect(second).to_be_focused()
    expect(second).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowLeft")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(page.locator("form.record").first).to_be_visible()


def test_head_names_the_dataset_and_the_model(page: Page, herd: Service) -> None:
    """The head of the page says whose records these are and which model serves."""
    head = page.locator(".masthead")

    expect(head.get_by_role("heading", level=1)).to_have_text("Animals")
    expect(head).to_contain_text("animals:")
    expect(page.locator("footer")).to_be_hidden()


def test_page_says_that_the_service_is_away_and_recovers(
    opened: Opener, trained: Models, tmp_path: Path
) -> None:
    """Opened before its service, the page says so in a sentence, and shows the form once it answers."""
    folder, port = tmp_path, free_ports(1)[0]
    started = Pages(folder, f"http://127.0.0.1:{port}").start()
    try:
        page = opened(url=started.url, strict=False)
        expect(page.get_by_role("alert").first).to_contain_text("does not answer")
        back = Service(folder, environment_of(folder, trained.ledger_url, dataset="animals"), port=port)
        try:
            back.start(wait=False)
            expect(page.get_by_label("Height")).to_have_value("0.6", timeout=120_000)
            expect(page.get_by_role("alert")).to_have_count(0)
        finally:
            back.kill()
    finally:
        started.kill()
