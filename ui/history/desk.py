"""What the History tab asks of the service, and what it shows of the answers."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gradio as gr

from herdbook.client import AsyncClient, NotFoundError
from herdbook.errors import HerdbookError
from ui.figure.element import Html
from ui.figure.number import count
from ui.history.chain import show_chain
from ui.history.csv_file import MOST_ROWS, write_file
from ui.history.listing import PAGE_ROWS, show_page
from ui.history.wanted import read_wanted, say_wanted, write_form
from ui.markup import notice
from ui.sentence import say

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
CUT = (
    "Only the newest {n:,} are in the file, for that is the most it holds. Narrow the dates for the rest, or "
    "page through GET /predictions."
)
Place = dict[str, Any]
"""Where in the log a page is: what is `wanted`, and the cursors of this page and those before, `pages`."""


class Desk:
    """What the tab asks of the service."""

    def __init__(self, herd: AsyncClient) -> None:
        self.herd = herd

    async def open(self, place: Place) -> list[Any]:
        """Show the form and the page where the reader is."""
        try:
            dataset, models = await self.herd.dataset(), await self.herd.models()
        except HerdbookError as error:
            return [gr.skip(), notice(say(error)), *[gr.skip()] * 4]
        tags = [model["tag"] for model in models["models"]]
        return [write_form(_classes(dataset, models), tags), *await self._turn(place, dataset["features"])]

    async def filter(self, event: gr.EventData) -> list[Any]:
        """Show the newest predictions that match what was typed."""
        try:
            wanted = read_wanted(event.typed)
        except ValueError as error:
            return [notice(str(error), "warn"), *[gr.skip()] * 4]
        return await self._turn({"wanted": wanted, "pages": [None]})

    async def older(self, place: Place) -> list[Any]:
        """Show the page of older predictions."""
        following = place.get("next")
        return await self._turn({**place, "pages": [*place["pages"], following]} if following else place)

    async def newer(self, place: Place) -> list[Any]:
        """Show the page of newer predictions."""
        return await self._turn({**place, "pages": place["pages"][:-1] or [None]})

    async def _turn(self, place: Place, features: Sequence[Mapping[str, Any]] | None = None) -> list[Any]:
        """Show the page at a place: a sentence if it fails, the page, both buttons and the place."""
        wanted, pages = place.get("wanted") or {}, place.get("pages") or [None]
        try:
            features = features or (await self.herd.dataset())["features"]
            page = await self.herd.history(**wanted, limit=PAGE_ROWS, before=pages[-1])
        except HerdbookError as error:
            return [notice(say(error)), *[gr.skip()] * 4]
        n_before = PAGE_ROWS * (len(pages) - 1)
        shown = show_page(page.rows, features, n_before=n_before, is_filtered=bool(wanted))
        buttons = [gr.update(interactive=len(pages) > 1), gr.update(interactive=page.next is not None)]
        return ["", shown, *buttons, {"wanted": wanted, "pages": pages, "next": page.next}]

    async def choose(self, event: gr.EventData) -> str:
        """Show the pedigree of the prediction whose button was pushed."""
        return await self._trace(str(event.id))

    async def find(self, typed: str) -> str:
        """Show the pedigree of a prediction by its id, or of the newest with a key."""
        said = (typed or "").strip()
        if not said:
            return notice("Type the id of a prediction, or the key that you gave its record.", "warn")
        if UUID.fullmatch(said):
            return await self._trace(said.lower())
        try:
            page = await self.herd.history(key=said, limit=2)
        except HerdbookError as error:
            return notice(say(error))
        if not page.rows:
            return notice(f"No prediction has the id or the key {said!r}.", "warn")
        several = "Several predictions have this key; the newest is shown, and the filter above lists all."
        first = notice(several, "note") if len(page.rows) > 1 else ""
        return first + await self._trace(page.rows[0]["id"])

    async def _trace(self, id_: str) -> str:
        try:
            features = (await self.herd.dataset())["features"]
            return show_chain(await self.herd.pedigree(id_), features)
        except NotFoundError:
            return notice(f"The prediction log has no prediction {id_}.", "warn")
        except HerdbookError as error:
            return notice(say(error))

    async def save(self, place: Place) -> AsyncIterator[list[Any]]:
        """Write all that matches into a CSV file; say how far it is, and offer it in the end."""
        folder = Path(tempfile.mkdtemp(prefix="history-"))
        hidden = gr.update(visible=False)
        try:
            async for said, path in self._write(folder, (place or {}).get("wanted") or {}):
                offer = gr.update(visible=True, value=str(path)) if path else hidden
                yield [said, offer]
        except HerdbookError as error:
            yield [notice(say(error)), hidden]
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def _write(self, folder: Path, wanted: dict[str, Any]) -> AsyncIterator[tuple[str, Path | None]]:
        dataset, models = await self.herd.dataset(), await self.herd.models()
        path = folder / f"{dataset['name']}-predictions-{datetime.now(UTC):%Y%m%d-%H%M%S}.csv"
        features = [feature["name"] for feature in dataset["features"]]
        rows, last = self.herd.every(**wanted), (0, False)
        writing = write_file(path, rows, features=features, classes=_classes(dataset, models))
        async for last in writing:
            yield Html(f'<p class="hint">{last[0]:,} predictions written …</p>'), None
        n_rows, is_cut = last
        matching = f" ({say_wanted(wanted)})" if wanted else ""
        if not n_rows:
            yield notice(f"No prediction matches{matching}, so there is no file.", "warn"), None
            return
        said = f"{count(n_rows, 'prediction')}{matching}, newest first: {path.name}."
        yield (
            notice(f"{said} {CUT.format(n=MOST_ROWS)}" if is_cut else said, "warn" if is_cut else "good"),
            path,
        )


def _classes(dataset: Mapping[str, Any], models: Mapping[str, Any]) -> list[str]:
    """Name every class that the dataset or a model knows."""
    known = [dataset.get("classes") or [], *(model.get("classes") or [] for model in models["models"])]
    return sorted({str(name) for classes in known for name in classes})
