"""The training that a running service has started, as `herdbook up` shows it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from bentos.training.folder import Folder, list_folders
from bentos.training.process import session_of
from bentos.training.step import Said
from cli.board import TRAINING, Row
from cli.display import split_step
from cli.gauge import Gauge


class Started:
    """Look again and again at a dataset's trainings in a state folder, of which one runs at a time."""

    def __init__(self, state: Path, dataset: str) -> None:
        self._state, self._dataset = state, dataset
        self._looks: dict[str, tuple[Said, Gauge]] = {}

    def rows(self) -> list[Row]:
        """Give the row of each training that runs."""
        alive = self._alive()
        for folder in alive:
            if folder.id not in self._looks:
                self._looks[folder.id] = (Said(folder.events), Gauge(partial(session_of, folder)))
        return [self._row(folder) for folder in alive]

    def lines(self) -> Sequence[str]:
        """Say where each logs."""
        return [f"log of the training: {folder.log}" for folder in self._alive()]

    def _alive(self) -> list[Folder]:
        return [folder for folder in list_folders(self._state, self._dataset) if folder.is_alive]

    def _row(self, folder: Folder) -> Row:
        said, gauge = self._looks[folder.id]
        said.read_on()
        return Row("training", TRAINING, _progress(said), folder.log.name, *gauge.read())


def _progress(said: Said) -> str:
    """Say how far it is, in as few letters as an address has."""
    if not said.steps:
        return ""
    step = said.steps[-1]
    name = split_step(step.step)[0]
    return name if step.total is None else f"{name} {step.done:,}/{step.total:,}"
