"""A small real world behind the routes: a ledger with a snapshot, and two models with their reports."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bentos.app import routes_of
from bentos.guard import Guard
from bentos.hall import Hall
from bentos.routes import Routes
from herdbook.discovery import keep_discovery
from herdbook.generation import promote
from herdbook.ledger import Ledger, open_ledger
from herdbook.registry import publish
from herdbook.report import write_report
from herdbook.settings import Settings
from herdbook.snapshot import Snapshot, freeze
from tests.fixtures.log import logged_of, write_spool
from tests.fixtures.models import COARSE, build_small_package, dataset_named, small_frame
from training.discover import cluster_columns
from training.discover.plane import map_plane
from training.discover.view import View
from training.recipe import hash_recipe, remember, write_recipe

IRIS = dataset_named("iris")
REASON = {"who": "ada", "why": "it is better"}


@dataclass(frozen=True)
class World:
    """A ledger in which two models of one snapshot have been trained, and the first one serves."""

    ledger: Ledger
    folder: Path
    snapshot: Snapshot
    view: View
    discovery: str
    tags: tuple[str, str]

    @property
    def settings(self) -> Settings:
        """Settings that lead to it."""
        return Settings(ledger=self.ledger.url, state=self.folder / "state")

    def copy(self, folder: Path) -> World:
        """Give a world of a test's own, which it may change."""
        shutil.copytree(self.ledger.url, folder / "ledger")
        return replace(self, ledger=open_ledger(str(folder / "ledger")), folder=folder)

    def hall(self, **changed: Any) -> Hall:
        """Build a hall that has looked once who serves; it is not open."""
        hall = Hall(self.settings.model_copy(update=changed), IRIS)
        hall.serving.look()
        return hall

    def log(self, n: int = 1, **fields: Any) -> list[str]:
        """Log predictions of the first model, and give their ids."""
        logged = logged_of(n, dataset=IRIS, **({"model": self.tags[0]} | fields))
        write_spool(self.settings.spool, [logged], dataset=IRIS)
        return logged.ids


def ask(hall: Hall, method: str, path: str, **sent: Any) -> httpx.Response:
    """Ask the routes of a hall, behind the guard."""
    return ask_many(hall, [(method, path, sent)])[0]


def ask_many(hall: Hall, asked: list[tuple[str, str, dict[str, Any]]]) -> list[httpx.Response]:
    """Ask the routes of a hall several things at once."""
    pages = Routes(hall).pages()
    posts = [page.path for page in pages if page.method == "POST"]
    guard = Middleware(Guard, settings=hall.settings, posts=posts)
    app = Starlette(routes=routes_of(pages), middleware=[guard])

    async def go() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            requests = [client.request(method, path, **sent) for method, path, sent in asked]
            return await asyncio.gather(*requests)

    return asyncio.run(go())


def view_of(frame: NDArray[np.float64]) -> View:
    """Cluster a frame of iris as a discovery does."""
    clusters = cluster_columns(IRIS, scale=COARSE).fit(frame).clusters_
    return View(IRIS, frame, np.arange(len(frame)), clusters, clusters.assign(frame), seed=0)


def build_world(folder: Path) -> World:
    """Freeze records, discover in them, register two models with their reports, and let the first serve."""
    ledger = open_ledger(str(folder / "built"))
    frame, _ = small_frame(IRIS)
    table = pa.table(dict(zip(IRIS.feature_names, frame.T, strict=True)))
    snapshot = freeze(ledger, "iris", table, source="test", request={"seed": 0})
    view = view_of(frame)
    tags, discovery = [], ""
    for seed, voting in enumerate(("soft", "hard")):
        recipe = write_recipe(IRIS, snapshot.id, effort="quick", seed=seed)
        card = {name: recipe[name] for name in ("snapshot", "seed", "effort", "code", "libraries")}
        package = folder / "package" / voting
        tag = build_small_package(package, IRIS, voting=voting, card=card | {"recipe": hash_recipe(recipe)})
        evaluation = write_report(ledger, "iris", "evaluation", {"model": tag, "snapshot": snapshot.id})
        kept = keep_discovery(ledger, IRIS, report_of(view) | {"model": tag}, view.clusters)
        discovery = discovery or kept
        reports = {"evaluation": evaluation, "discovery": kept}
        remember(IRIS, recipe, tag, ledger, reports=reports)
        publish(ledger, package)
        tags.append(tag)
    promote(ledger, "iris", tags[0], who="herdbook train", why="the first model")
    return World(ledger, folder, snapshot, view, discovery, (tags[0], tags[1]))


def report_of(view: View) -> dict[str, Any]:
    """Report the clusters of a view and their map, and nothing that takes time."""
    told = [{"cluster": number} for number in range(view.clusters.n_clusters)]
    return {"format": 2, "n_clusters": len(told), "clusters": told, "map": map_plane(view)}
