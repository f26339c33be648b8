"""The champion of a dataset, for commands that a person need not tell which model."""

from __future__ import annotations

from cli.place import Place
from herdbook.errors import ModelMissingError
from herdbook.generation import current_generation


def champion_of(place: Place) -> str:
    """Give the tag of the model that serves a place's dataset.

    Raises
    ------
    ModelMissingError
        None serves it yet.
    """
    name = place.dataset.name
    current = current_generation(place.ledger, name)
    if current is None:
        raise ModelMissingError(
            f"that serves dataset {name} yet", cure=f"train one with `herdbook train -d {name}`"
        )
    return current.champion
