"""Which model serves: a pin, else the champion of the highest generation, else the one in the Bento."""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import orjson

from bentos.refusal import NotReadyError
from bentos.store import find, find_or_fetch
from herdbook.dataset import Dataset
from herdbook.errors import FormatUnknownError, HerdbookError, LedgerError, PackageError, SchemaMismatchError
from herdbook.generation import current_generation
from herdbook.ledger import Ledger, open_ledger
from herdbook.predictor import Predictor
from herdbook.settings import Settings

MEND_S = 60.0
"""How long a model that was refused is left alone before it is tried again."""

YOUNG = 10_000
"""So many new objects until the youngest are looked at; Python's own 700 are those of some 30 requests."""

logger = logging.getLogger("bentoml.herdbook.serving")
MEMORY_FORMAT = 1
"""Of the file that remembers the champion; another is not read, and is overwritten by the next champion."""


class Serving:
    """Holds the model that answers, and follows the ledger from a thread of its own.

    A model is loaded and proven on its golden rows first, then takes over by one assignment: a request that
    was bound to the model before keeps it, and none waits.

    Attributes
    ----------
    current
        The model that answers from now on, or None while none is loaded.
    generation
        Number of the generation that named it; 0 for a pinned or baked model.
    """

    def __init__(self, settings: Settings, dataset: Dataset, *, baked: str | None) -> None:
        self.current: Predictor | None = None
        self.generation = 0
        self._settings = settings
        self._dataset = dataset
        self._baked = baked
        self._ledger: Ledger | None = None
        self._refused: str | None = None
        self._again_s = 0.0
        self._said: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="serving", daemon=True)
        self._each_look: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin to follow the ledger."""
        self._thread.start()

    def stop(self) -> None:
        """Stop following; the model goes on answering."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def at_each_look(self, call: Callable[[], None]) -> None:
        """Have something small done on the thread, each time it looks."""
        self._each_look.append(call)

    def require(self) -> Predictor:
        """Give the model that answers.

        Raises
        ------
        NotReadyError
            None is loaded yet.
        """
        if self.current is None:
            raise NotReadyError
        return self.current

    def ledger(self) -> Ledger:
        """Open the ledger once.

        Raises
        ------
        LedgerError
            It cannot be reached, or is unsafe.
        """
        if self._ledger is None:
            self._ledger = open_ledger(self._settings.ledger)
        return self._ledger

    def look(self) -> None:
        """Look once who should serve, and let that model take over if it is another."""
        try:
            tag, number = self._wanted()
            if tag is not None:
                self._take_over(tag, number)
        except (HerdbookError, OSError) as error:
            self._say(f"still serving {self.current.tag if self.current else 'nothing'}: {error}")
        else:
            if self.current is not None:
                self._said.clear()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
                for call in self._each_look:
                    call()
            except Exception as error:  # noqa: BLE001 - the door of this thread: it must go on whatever a model does
                self._say(f"looking for a model failed: {error!r}")
            self._stop.wait(self._settings.poll_s)

    def _wanted(self) -> tuple[str | None, int]:
        if self._settings.model:
            return self._settings.model, 0
        try:
            found = current_generation(self.ledger(), self._dataset.name, known=self.generation)
        except LedgerError as error:
            if self.current is not None:
                raise
            self._say(f"starting without the ledger: {error}")
            return self._remembered() or self._baked, 0
        return (found.champion, found.number) if found else (self._baked, 0)

    def _take_over(self, tag: str, number: int) -> None:
        if self.current is not None and self.current.tag == tag:
            self.generation = max(self.generation, number)
            self._refused = None
            return
        if tag == self._refused and time.monotonic() < self._again_s:
            return
        try:
            folder = find(tag) or find_or_fetch(tag, self.ledger())
            loaded = Predictor.load(folder, self._dataset)
        except (PackageError, SchemaMismatchError):
            # damaged, or of another dataset or schema: a person has to mend it, so there is no hurry
            self._refused, self._again_s = tag, time.monotonic() + MEND_S
            raise
        self.current, self.generation = loaded, number
        self._refused = None
        logger.info("%s serves (generation %d)", tag, number)
        self._remember(tag)
        settle_heap()

    def _memory(self) -> Path:
        return self._settings.state / "served" / f"{self._dataset.name}.json"

    def _remember(self, tag: str) -> None:
        """Keep the champion's tag, for a start while the ledger cannot be asked."""
        path = self._memory()
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_suffix(f".{os.getpid()}")
        new.write_bytes(orjson.dumps({"format": MEMORY_FORMAT, "champion": tag}))
        new.replace(path)

    def _remembered(self) -> str | None:
        try:
            memory = orjson.loads(self._memory().read_bytes())
            if memory["format"] != MEMORY_FORMAT:
                expected = f"format {MEMORY_FORMAT}"
                raise FormatUnknownError(self._memory().name, got=memory["format"], expected=expected)
            tag = str(memory["champion"])
            return tag if find(tag) is not None else None
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, HerdbookError) as error:
            self._say(f"who served last on this machine is not known: {error}")
            return None

    def _say(self, sentence: str) -> None:
        """Log a sentence once per trouble, not at each look."""
        if sentence not in self._said:
            self._said.add(sentence)
            logger.warning(sentence)


def settle_heap() -> None:
    """Take the model's many objects out of every later garbage collection, and let that be rarer.

    It would stall requests. What an earlier call froze is looked at once more, so that a model which no
    longer serves is given back. A request leaves hardly any cycle behind, so the young are looked at more
    rarely than Python would.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
