"""Generations: who serves, as numbered create-only objects of which the highest is the current one."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from typing import Any

from herdbook import document, keys
from herdbook.errors import (
    GenerationConflictError,
    KeyMissingError,
    KeyTakenError,
    ModelMissingError,
)
from herdbook.ledger import Ledger
from herdbook.registry import resolve
from herdbook.tag import split_tag

ROLLED_BACK_TO = "rolled_back_to"
"""Evidence of a roll-back: the number of the generation whose champion serves again."""

MOST_REMEMBERED = 65_536
"""They are read in order, so a memory that is one too small for a dataset's history remembers nothing."""


@dataclass(frozen=True)
class Generation:
    """One numbered state of who serves a dataset."""

    number: int
    champion: str
    """Tag of the model that answers."""
    who: str
    why: str
    challenger: str | None = None
    traffic: float = 0.0
    """Share of the requests that the challenger answers, 0 to 1."""
    evidence: dict[str, Any] = field(default_factory=dict)
    time_us: int = 0
    nonce: str = ""
    format: int = document.FORMAT
    is_new: bool = field(default=False, compare=False)
    """Whether the call that gave it wrote it; not stored."""


STORED = tuple(each.name for each in fields(Generation) if each.name != "is_new")


def current_generation(ledger: Ledger, dataset: str, *, known: int = 0) -> Generation | None:
    """Return the highest generation, or None if there is none.

    Cheap to call again and again: with `known`, the number seen last, it costs one `stat` while nothing
    is new, and the answer is that generation again.
    """
    low, step = _present(ledger, dataset, known), 1
    while _exists(ledger, dataset, low + step):
        low, step = low + step, step * 2
    # the numbers have no gaps, so what lies between is found by halving
    while step > 1:
        step //= 2
        if _exists(ledger, dataset, low + step):
            low += step
    return _read(ledger, dataset, low) if low else None


def list_generations(ledger: Ledger, dataset: str) -> list[Generation]:
    """Return all generations, the oldest first."""
    entries = ledger.list(keys.generation_folder(dataset))
    return [_read(ledger, dataset, keys.number_of(entry.key)) for entry in entries]


def promote(
    ledger: Ledger,
    dataset: str,
    tag: str,
    *,
    who: str,
    why: str,
    evidence: Mapping[str, object] | None = None,
) -> Generation:
    """Make a model of the ledger the champion.

    Returns
    -------
    Generation
        The new generation, or the current one if this model is its champion already.

    Raises
    ------
    ModelMissingError
        The ledger holds no such model of this dataset.
    GenerationConflictError
        Somebody else wrote the next generation first.
    """
    if split_tag(tag)[0] != dataset:
        raise ModelMissingError(f"{tag} of dataset {dataset}", cure="choose one that `herdbook models` lists")
    resolve(ledger, tag)
    current = current_generation(ledger, dataset)
    if current and current.champion == tag and current.challenger is None:
        return current
    number = current.number + 1 if current else 1
    return _write(ledger, dataset, Generation(number, tag, who, why, evidence=dict(evidence or {})))


def promotion(tag: str) -> str:
    """Give the command that promotes a model, to be run once the reason is filled in.

    >>> promotion("animals:3f2a9c01d4b7")
    'herdbook promote animals:3f2a9c01d4b7 --why "…"'
    """
    return f'herdbook promote {tag} --why "…"'


def roll_back(
    ledger: Ledger,
    dataset: str,
    *,
    who: str,
    why: str,
    to: int | None = None,
    from_generation: int | None = None,
) -> Generation:
    """Let an earlier champion serve again, as a new generation.

    Without `to` it is the champion before the current one; a second roll-back goes one further back, not
    forth again. With `from_generation` nothing happens unless that one is still the current one, so that two
    who see the same do not go two back.

    Raises
    ------
    ModelMissingError
        There is no earlier champion, or no generation `to`.
    GenerationConflictError
        Somebody else wrote the next generation first.
    """
    history = list_generations(ledger, dataset)
    if not history:
        raise ModelMissingError(f"that serves dataset {dataset}", cure="train one with `herdbook train`")
    if from_generation not in {None, history[-1].number}:
        raise GenerationConflictError(dataset, history[-1].number)
    target = _before(history) if to is None else _numbered(history, to)
    if target is None:
        cure = "see them with `herdbook models`, promote one with `herdbook promote`"
        wanted = "before the current champion" if to is None else f"of generation {to}"
        raise ModelMissingError(f"{wanted} of dataset {dataset}", cure=cure)
    current = history[-1]
    if target.champion == current.champion and current.challenger is None:
        return current
    evidence = {ROLLED_BACK_TO: target.number, "rolled_back_from": current.number}
    number = current.number + 1
    return _write(ledger, dataset, Generation(number, target.champion, who, why, evidence=evidence))


def _before(history: list[Generation]) -> Generation | None:
    here = _standing(history, history[-1])
    for earlier in reversed(history[: here.number - 1]):
        # a champion that was rolled back from is skipped: what follows a roll-back continues at its target
        if earlier.number < here.number:
            here = _standing(history, earlier)
            if here.champion != history[-1].champion:
                return here
    return None


def _standing(history: list[Generation], generation: Generation) -> Generation:
    while 0 < (target := generation.evidence.get(ROLLED_BACK_TO, 0)) < generation.number:
        generation = history[target - 1]
    return generation


def _numbered(history: list[Generation], number: int) -> Generation | None:
    return history[number - 1] if 1 <= number <= len(history) else None


def _write(ledger: Ledger, dataset: str, generation: Generation) -> Generation:
    stamped = replace(generation, time_us=time.time_ns() // 1000, nonce=uuid.uuid4().hex)
    held = {name: value for name, value in asdict(stamped).items() if name in STORED}
    try:
        ledger.create(keys.generation(dataset, generation.number), document.encode(held))
    except KeyTakenError:
        raise GenerationConflictError(dataset, generation.number) from None
    return replace(stamped, is_new=True)


@lru_cache(maxsize=MOST_REMEMBERED)
def _read(ledger: Ledger, dataset: str, number: int) -> Generation:
    # a generation never changes, so a poll need not read it again
    held = document.read(ledger, keys.generation(dataset, number))
    return Generation(**{name: held[name] for name in STORED})


def _exists(ledger: Ledger, dataset: str, number: int) -> bool:
    return ledger.stat(keys.generation(dataset, number)) is not None


def _present(ledger: Ledger, dataset: str, known: int) -> int:
    try:
        return _read(ledger, dataset, known).number if known > 0 else 0
    except KeyMissingError:
        return 0
