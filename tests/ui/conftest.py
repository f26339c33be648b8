"""One real service, one real page and one real browser for all tests of the UI."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.fixtures.models import PAIR, Models, freeze_animals, quick_dataset
from tests.fixtures.s3_server import free_ports
from tests.fixtures.service import ROOT, TIED, Service, environment_of
from tests.fixtures.small import write_quick_dataset
from training.line import Trained, train

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
READY_S = 180.0
N_RECORDS = 300
WIDE, NARROW = 1280, 400
PATIENCE_MS = 30_000
LOADS, SETTLED_MS, CUT = 5, 400, "ERR_NETWORK_CHANGED"
DRAWN = "div.figure[data-ready]"


@dataclass
class Pages:
    """The real process of the UI."""

    folder: Path
    service_url: str
    arguments: tuple[str, ...] = ()
    port: int = field(default_factory=lambda: free_ports(1)[0])
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return (self.folder / "ui.log").read_text(errors="replace")

    def start(self) -> Pages:
        """Start it, and wait until it answers."""
        tied = (sys.executable, "-c", TIED) if sys.platform.startswith("linux") else ()
        command = [*tied, sys.executable, "-m", "ui", "--service", self.service_url, "--port", str(self.port)]
        with (self.folder / "ui.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *self.arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        wait_for(f"{self.url}/health", self)
        return self

    def stop(self) -> int:
        """Stop it in order by SIGTERM and give its exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def kill(self) -> None:
        """Kill it if it still runs."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(timeout=30)


def wait_for(url: str, started: Pages | Service) -> None:
    """Wait until a process answers at a URL, or fail with what it printed."""
    until = time.monotonic() + READY_S
    while time.monotonic() < until and started.process is not None and started.process.poll() is None:
        with suppress(httpx.TransportError):
            if httpx.get(url).status_code == httpx.codes.OK:
                return
        time.sleep(0.1)
    raise AssertionError(f"{url} did not get ready:\n{started.output[-4000:]}")


class SmallModels(Models):
    """Two small models of animals, so that the page has what to show within seconds."""

    @cached_property
    def animals(self) -> Trained:
        """The first model, which two members vote for: generation 1."""
        snapshot = freeze_animals(self.ledger, n_records=N_RECORDS)
        return train(quick_dataset("animals", members=PAIR), snapshot, self.ledger, workdir=self.workdir)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """Give the models that the page shows."""
    return SmallModels(tmp_path_factory.mktemp("models"))


@pytest.fixture(scope="session")
def herd(tmp_path_factory: pytest.TempPathFactory, trained: Models) -> Iterator[Service]:
    """One real service on both models, the first of which serves; tests may change what it serves."""
    folder = tmp_path_factory.mktemp("herd")
    assert trained.animals.tag != trained.second_animals_tag
    environment = environment_of(folder, trained.ledger_url, dataset="animals")
    datasets = write_quick_dataset(folder, "animals")
    service = Service(folder, {**environment, "HERDBOOK_DATASETS": str(datasets)})
    try:
        service.start(wait=False)
        wait_for(f"{service.url}/readyz", service)
        yield service
    finally:
        service.kill()


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, herd: Service) -> Iterator[Pages]:
    """One real page of that service."""
    started = Pages(tmp_path_factory.mktemp("pages"), herd.url)
    try:
        yield started.start()
    finally:
        started.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a file; Playwright's event loop, which no other may run beside, ends with it."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: `python3 bootstrap.py --dev` provides one")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield opened
        opened.close()


@dataclass
class Seen:
    """What a page did besides what it shows."""

    origins: list[str]
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    n_cut: int = 0

    def watch(self, page: Page) -> None:
        """Note every request to another host, every error of a script and on the console."""
        page.on("request", lambda asked: self._note(asked.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._hear(said.text) if said.type == "error" else None)

    def _hear(self, said: str) -> None:
        if CUT in said:
            self.n_cut += 1
        else:
            self.complaints.append(said)

    def _note(self, url: str) -> None:
        if not url.startswith((*self.origins, "data:", "blob:")):
            self.foreign.append(url)


def load(page: Page, url: str, seen: Seen) -> Page:
    """Load the page, anew if Chromium cut its requests because a network of the machine came or went."""
    for _ in range(LOADS):
        before = seen.n_cut
        page.goto(url)
        page.get_by_role("tab", name="Predict", exact=True).wait_for()
        page.wait_for_timeout(SETTLED_MS)
        if seen.n_cut == before:
            break
        seen.complaints.clear()
    return page


Opener = Callable[..., Page]
Theme = Literal["light", "dark"]


@pytest.fixture
def opened(browser: Browser, pages: Pages) -> Iterator[Opener]:
    """Open the page in a window of a given width and theme; nothing may ask another host or fail."""
    windows = []
    seen = Seen([pages.url])

    def open_page(
        *, width: int = WIDE, theme: Theme = "light", url: str = pages.url, strict: bool = True
    ) -> Page:
        window = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
        )
        windows.append(window)
        page = window.new_page()
        page.set_default_timeout(PATIENCE_MS)
        seen.origins.append(url)
        if strict:
            seen.watch(page)
        return load(page, url, seen)

    yield open_page
    for window in windows:
        window.close()
    assert seen.foreign == []
    assert seen.complaints == []


@pytest.fixture
def page(opened: Opener) -> Page:
    """Open the page at its Predict tab, 1280 wide and light."""
    return opened()


def show_tab(page: Page, name: str) -> None:
    """Go to a tab."""
    page.get_by_role("tab", name=name, exact=True).click()


def shoot(page: Page, name: str) -> None:
    """Write a picture of the whole page into the folder that HERDBOOK_SCREENSHOTS names, if it names one."""
    folder = os.environ.get("HERDBOOK_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"ui-{name}.png", full_page=True)
