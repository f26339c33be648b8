"""The Train tab in a real browser: a real training of a small dataset, through a real service."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from herdbook.ledger import open_ledger
from tests.fixtures.models import PAIR, quick_dataset
from tests.fixtures.service import Service, environment_of
from tests.fixtures.small import write_quick_dataset
from tests.ui.conftest import Opener, Pages, shoot, show_tab
from training.ingest import ingest
from training.line import train

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("ui")]

TRAINED_MS = 600_000
"""On a machine that is busy with all the other tests, a training of seconds takes minutes."""


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Serve a small iris model of a dataset on which two members are trained in seconds."""
    folder = tmp_path_factory.mktemp("nursery")
    dataset, url = quick_dataset("iris", members=PAIR), str(folder / "ledger")
    ledger = open_ledger(url)
    train(dataset, ingest(dataset, ledger), ledger, workdir=folder / "packages")
    datasets = {"HERDBOOK_DATASETS": str(write_quick_dataset(folder, "iris"))}
    service = Service(folder, environment_of(folder, url) | datasets)
    try:
        yield service.start()
    finally:
        for one in httpx.get(f"{service.url}/trainings").json()["trainings"]:
            httpx.post(f"{service.url}/trainings/{one['id']}/stop", json={})
        service.kill()


@pytest.fixture(scope="module")
def crib(tmp_path_factory: pytest.TempPathFactory, nursery: Service) -> Iterator[Pages]:
    """Serve the pages of that service."""
    started = Pages(tmp_path_factory.mktemp("crib"), nursery.url)
    try:
        yield started.start()
    finally:
        started.kill()


def open_tab(opened: Opener, crib: Pages) -> Page:
    """Open the tab in a window of its own."""
    page = opened(url=crib.url)
    show_tab(page, "Train")
    expect(page.locator("#training")).to_contain_text(re.compile("No training has run|training"))
    return page


def start(page: Page, *, seed: int) -> None:
    """Start a training with a seed."""
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()
    page.get_by_role("button", name="More settings").click()
    page.get_by_label("Seed").fill(str(seed))
    page.get_by_role("button", name="Start training").click()


def test_train_refuses_settings_in_a_sentence(opened: Opener, crib: Pages, nursery: Service) -> None:
    """A seed that is none starts nothing."""
    page = open_tab(opened, crib)
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()
    page.get_by_role("button", name="More settings").click()
    page.get_by_label("Seed").fill("seven")
    page.get_by_role("button", name="Start training").click()

    expect(page.get_by_text("The seed is 'seven': give a whole number")).to_be_visible()
    states = {one["state"] for one in httpx.get(f"{nursery.url}/trainings").json()["trainings"]}
    assert "running" not in states


def test_train_stops_when_told(opened: Opener, crib: Pages) -> None:
    """A training that is stopped publishes nothing, and another can be started."""
    page = open_tab(opened, crib)
    start(page, seed=99)
    expect(page.get_by_role("heading", name="A training runs")).to_be_visible()
    page.get_by_role("button", name="Stop it").click()

    expect(page.get_by_role("heading", name="The last training was stopped")).to_be_visible(timeout=30_000)
    expect(page.locator("#training")).to_contain_text("Nothing of it was published")
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()


def test_train_outlives_the_browser_and_promotes_its_model(
    opened: Opener, crib: Pages, nursery: Service
) -> None:
    """A training goes on without its browser; its model stands beside the champion, and is promoted."""
    first = open_tab(opened, crib)
    start(first, seed=5)
    expect(first.get_by_role("heading", name="A training runs")).to_be_visible()
    first.close()
    page = open_tab(opened, crib)
    expect(page.get_by_role("heading", name="Let it serve")).to_be_visible(timeout=TRAINED_MS)

    outcome = page.locator("#outcome")
    expect(outcome).to_contain_text("Served then")
    expect(outcome).to_contain_text("This training's")
    expect(page.locator("#training").get_by_role("list", name="Steps")).to_contain_text("Register")
    shoot(page, "train")
    page.get_by_label("Who", exact=True).fill("Ann")
    page.get_by_label("Why", exact=True).fill("another seed")
    page.get_by_role("button", name="Promote it").click()
    expect(page.locator("#promoted")).to_contain_text("serves now: generation 2, by Ann")
    expect(page.get_by_role("heading", name="Let it serve")).to_be_hidden()
    newest = httpx.get(f"{nursery.url}/generations").json()["generations"][0]
    assert (newest["who"], newest["why"]) == ("Ann", "another seed")
