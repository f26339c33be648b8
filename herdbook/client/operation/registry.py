"""Operations on models, and on which of them answers."""

from __future__ import annotations

from typing import Any

from herdbook.client.call import Call
from herdbook.client.encode import given
from herdbook.client.operation.request import get, part_of, post, user


def models() -> Call[dict[str, Any]]:
    """List the models: `models`, newest first, and `current`, the tag of the one that answers."""
    return get("/models")


def model(tag: str) -> Call[dict[str, Any]]:
    """Give a model's `card`, the `generations` whose champion it is, and the names of its `reports`.

    Raises
    ------
    NotFoundError
        There is no such model.
    """
    return get(f"/models/{part_of(tag)}")


def evaluation(tag: str) -> Call[dict[str, Any]]:
    """Give a model's evaluation report.

    Raises
    ------
    NotFoundError
        There is no such model, or it has no such report.
    """
    return get(f"/models/{part_of(tag)}/evaluation")


def generations() -> Call[dict[str, Any]]:
    """List the `generations`, newest first: which model was promoted when, by whom and why."""
    return get("/generations")


def promote(tag: str, *, why: str, who: str | None = None) -> Call[dict[str, Any]]:
    """Let a model answer; give the generation that says so. Not sent twice if it may have arrived.

    Parameters
    ----------
    why, who
        Stand in the ledger for ever; `who` is your user name if left out.

    Raises
    ------
    ConflictError
        Somebody else promoted first.
    RefusedError
        This service does not let itself be steered over HTTP.
    """
    return post("/promote", {"tag": tag, "who": who or user(), "why": why})


def roll_back(
    *, why: str, who: str | None = None, to: int | None = None, from_generation: int | None = None
) -> Call[dict[str, Any]]:
    """Let the champion before answer again, or that of generation `to`; as for `promote`.

    With `from_generation` it is a ConflictError if another generation than that one is the current one.
    """
    said = [("who", who or user()), ("why", why), ("to", to), ("from_generation", from_generation)]
    return post("/rollback", given(said))
