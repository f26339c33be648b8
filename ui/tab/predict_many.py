"""The part of the Predict tab for a file of many records."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
import pandas as pd

from herdbook.client import AsyncClient
from herdbook.errors import HerdbookError
from ui.markup import notice
from ui.sentence import say
from ui.table_file import MOST_ROWS, read_table, write_table

SHOWN_ROWS = 100
LOOK_S = 0.25
TITLE = (
    "<h2>Many records</h2><p class=lead>A CSV file with a column for each field above; other columns are "
    f"passed through. At most {MOST_ROWS:,} records; a refused one keeps its place, with the reason.</p>"
)


def build_many(herd: AsyncClient) -> None:
    """Lay out the upload, the progress, the table with its answers, and the download."""
    gr.HTML(TITLE, padding=False)
    with gr.Row(elem_classes="actions"):
        upload = gr.UploadButton("Choose a CSV file", file_types=[".csv"], variant="secondary", scale=0)
        download = gr.DownloadButton("Download the answers", visible=False, variant="primary", scale=0)
    said = gr.HTML("", padding=False, elem_classes="live")

    async def score(path: str) -> AsyncIterator[tuple[str, Any]]:
        try:
            async for shown in score_file(herd, Path(path)):
                yield shown
        except HerdbookError as error:
            yield notice(say(error)), gr.update(visible=False)

    upload.upload(
        score, inputs=upload, outputs=[said, download], show_progress="hidden", api_visibility="private"
    )


async def score_file(herd: AsyncClient, path: Path) -> AsyncIterator[tuple[str, Any]]:
    """Predict a file; give its progress, and in the end its table with the download."""
    frame = await asyncio.to_thread(read_table, path)
    done = _Done(len(frame))
    running = asyncio.ensure_future(herd.predict_frame(frame, progress=done.count))
    try:
        while not running.done():
            yield done.show(), gr.update(visible=False)
            await asyncio.wait([running], timeout=LOOK_S)
        answered = running.result()
    finally:
        running.cancel()
    folder = Path(tempfile.mkdtemp(prefix="answer-"))
    try:
        written = folder / f"{path.stem}-predicted.csv"
        await asyncio.to_thread(write_table, answered, written, given=frame.columns)
        yield show_table(answered), gr.update(visible=True, value=str(written))
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # Gradio has its own copy, which it ages


class _Done:
    def __init__(self, n_rows: int) -> None:
        self.n_rows = n_rows
        self.n_done = 0

    def count(self, n_done: int, *_: Any) -> None:
        self.n_done = n_done

    def show(self) -> str:
        return (
            f'<p>{self.n_done:,} of {self.n_rows:,} records</p><progress aria-label="Records predicted" '
            f'max="{self.n_rows}" value="{self.n_done}"></progress>'
        )


def show_table(answered: pd.DataFrame) -> str:
    """Show the first rows with their answers; a refused one is marked and says why."""
    n_wrong = int(answered["error"].notna().sum())
    n_right = len(answered) - n_wrong
    said = f"{n_right:,} of {len(answered):,} records are predicted"
    were = (
        "1 was refused, with its reason"
        if n_wrong == 1
        else f"{n_wrong:,} were refused, each with its reason"
    )
    kept = notice(f"{said}; {were} in the column error.", "warn")
    head = kept if n_wrong else notice(f"{said}.", "good")
    first = answered.head(SHOWN_ROWS)
    rest = len(answered) - len(first)
    more = f'<p class="hint">The first {len(first)} rows; the download has all of them.</p>' if rest else ""
    return f"{head}{_table(first)}{more}"


def _table(frame: pd.DataFrame) -> str:
    ours = [name for name in ("label", "confidence", "cluster", "outlier", "error") if name in frame.columns]
    names = [*ours, *(name for name in frame.columns if name not in ours and not _is_detail(name))]
    heads = "".join(f"<th scope=col>{escape(name)}</th>" for name in names)
    rows = "".join(_row(row, names) for row in frame[names].to_dict("records"))
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Answers"><table>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _is_detail(name: str) -> bool:
    return name in {"id", "model", "membership"} or name.startswith("probability_")


def _row(row: dict[str, Any], names: list[str]) -> str:
    is_wrong = not pd.isna(row["error"])
    cells = "".join(
        f"<td{' class=error' if name == 'error' else ''}>{escape(_cell(row[name]))}</td>" for name in names
    )
    return f"<tr{' class=wrong' if is_wrong else ''}>{cells}</tr>"


def _cell(value: Any) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.3f}" if isinstance(value, float) and not value.is_integer() else str(value)
