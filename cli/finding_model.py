"""What the doctor finds about the model of a dataset: that there is one, whole, and of its schema."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from cli.finding import Finding, State
from cli.finding_setting import redact
from cli.place import Site
from herdbook.dataset import Dataset, find_dataset
from herdbook.errors import DatasetError, HerdbookError, StoreAwayError
from herdbook.generation import current_generation

UP = "herdbook up"


def examine_model(site: Site, dataset: str) -> Iterator[Finding]:
    """Examine the model that a service of the dataset would load: the pinned one, or the champion."""
    tag = site.settings.model
    said = f"{tag} is pinned by HERDBOOK_MODEL"
    state = State.NOTE
    if not tag:
        generation = current_generation(site.ledger, dataset)
        if generation is None:
            yield Finding("model", State.NOTE, f"{dataset} has no model yet", f"{UP} --dataset {dataset}")
            return
        tag, state = generation.champion, State.OK
        said = f"{tag} serves, by generation {generation.number}"
    wrong = _wrong(site, tag, _declared(site, dataset))
    yield wrong or Finding("model", state, said)


def _declared(site: Site, dataset: str) -> Dataset | None:
    """Load the dataset; what is wrong with its file is a finding of its own."""
    try:
        return find_dataset(site.settings, dataset)
    except DatasetError:
        return None


def _wrong(site: Site, tag: str, dataset: Dataset | None) -> Finding | None:
    """Say why a model cannot serve, by fetching it whole as a service would."""
    from herdbook.package import read_card
    from herdbook.predictor import require_match
    from herdbook.registry import fetch

    with tempfile.TemporaryDirectory(prefix="herdbook-") as folder:
        try:
            package = fetch(site.ledger, tag, Path(folder) / "package")
            if dataset is not None:
                require_match(tag, read_card(package), dataset)
        except StoreAwayError:
            raise
        except HerdbookError as error:
            return Finding("model", State.WRONG, redact(str(error), site.settings.ledger))
    return None
