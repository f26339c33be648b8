"""A service that is away, that is busy, or that lets nobody steer it, as the page tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.client.misbehaving import misbehaving
from tests.fixtures.models import Models
from tests.fixtures.s3_server import free_ports
from tests.fixtures.service import Service, environment_of
from tests.ui.conftest import Opener, Pages, show_tab

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("ui")]

TABS = {
    "Predict": "form.record",
    "Discover": "div.figure[data-ready]",
    "Train": "button:has-text('Train')",
    "Models": "article.detail",
    "History": "form.filters",
}
"""What stands in each tab once the service has answered."""
STEERING = {"Discover": ["Name it"], "Train": ["Start training"], "Models": ["Roll back"]}
DATASET: dict[str, Any] = {
    "name": "small", "description": "", "target": "y", "labels": "column", "classes": ["a"], "drop": [],
    "max_records": 10, "example": {"x": 1}, "features": [
        {"name": "x", "type": "integer", "missing": False, "unit": None, "minimum": 0, "maximum": 9,
         "values": [], "description": None, "example": 1},
    ],
}  # fmt: skip
IDLE_S, LOOKS, MOST_SHARE = 5.0, 6, 0.03


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Pages]:
    """Start the page before its service."""
    started = Pages(tmp_path, f"http://127.0.0.1:{free_ports(1)[0]}")
    try:
        yield started.start()
    finally:
        started.kill()


def shown_in(page: Page) -> Any:
    """Give the tab that is shown."""
    return page.locator("[role=tabpanel]:visible")


def test_every_tab_says_that_the_service_is_away_recovers_and_tells_what_it_may_not(
    opened: Opener, alone: Pages, trained: Models, tmp_path: Path
) -> None:
    """Without its service each tab says so; once one answers that nobody may steer, each tab knows."""
    page = opened(url=alone.url, strict=False)
    for tab in TABS:
        show_tab(page, tab)
        expect(shown_in(page).get_by_role("alert").first).to_contain_text("does not answer")
    port = int(alone.service_url.rpartition(":")[2])
    environment = environment_of(tmp_path, trained.ledger_url, dataset="animals")
    back = Service(tmp_path, {**environment, "HERDBOOK_STEERING": "off"}, port=port)
    try:
        back.start()
        for tab, sign in TABS.items():
            show_tab(page, tab)
            expect(shown_in(page).locator(sign).first).to_be_visible()
            expect(shown_in(page).get_by_role("alert")).to_have_count(0)
            for name in STEERING.get(tab, []):
                expect(shown_in(page).get_by_role("button", name=name)).to_be_disabled()
                expect(shown_in(page).get_by_text("so the buttons are off")).to_be_visible()
    finally:
        back.kill()


def test_file_outlasts_a_service_that_is_busy_for_a_while(opened: Opener, tmp_path: Path) -> None:
    """A request of a file is asked again under its key, so that a short absence costs nobody the answers."""
    path = tmp_path / "herd.csv"
    path.write_text("x\n4\n")
    with misbehaving() as server:
        server.dataset = DATASET
        started = Pages(tmp_path, server.url)
        try:
            page = opened(url=started.start().url, strict=False)
            expect(page.locator("form.record").first).to_be_visible()
            server.script[:] = ["busy"] * 5
            page.set_input_files("input[type=file]", path)
            expect(page.get_by_text("1 of 1 records are predicted")).to_be_visible()
        finally:
            started.kill()
    assert len({one.key for one in server.asked if one.path == "/predict"}) == 1


def test_page_that_nobody_uses_rests(alone: Pages) -> None:
    """Its process costs next to nothing while nobody looks; Gradio alone takes a twentieth of a core."""
    assert alone.process is not None
    process = psutil.Process(alone.process.pid)
    process.cpu_percent()

    # on a busy machine it is still at its start for a while; once it rests, it goes on resting
    shares = [process.cpu_percent(interval=IDLE_S) / 100]
    while min(shares) >= MOST_SHARE and len(shares) < LOOKS:
        shares.append(process.cpu_percent(interval=IDLE_S) / 100)
    shares.append(process.cpu_percent(interval=IDLE_S) / 100)

    assert max(shares[-2:]) < MOST_SHARE
