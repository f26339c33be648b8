"""What a service serves, decided when it is built: the dataset, and the model that is packed into a Bento."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bentoml import Bento

from bentos.place import BENTO_FILE
from bentos.store import find, find_or_fetch
from herdbook.dataset import Dataset, find_dataset
from herdbook.errors import DatasetError, HerdbookError, LedgerError, ModelMissingError, shown
from herdbook.generation import current_generation
from herdbook.ledger import Ledger, open_ledger
from herdbook.package import has_graph, read_card
from herdbook.predictor import require_match
from herdbook.settings import Settings
from herdbook.tag import split_tag


@dataclass(frozen=True)
class Choice:
    """The dataset that is served and the tag of the model that serves it at first.

    Attributes
    ----------
    tag
        Kept in the model store of this machine; None only while the ledger cannot be asked.
    baked
        The model that came with the Bento; None outside of a built one.
    has_graph
        Whether the model is served by a graph, without scikit-learn; not so while no model is at hand.
    """

    dataset: Dataset
    tag: str | None
    baked: str | None
    has_graph: bool = False


def choose(settings: Settings, source: Path) -> Choice:
    """Decide what the service in the folder `source` serves.

    The dataset is that of the settings, of the pinned model, of the Bento, the only one declared, or else the
    only one that has a model.

    Raises
    ------
    HerdbookError
        There is no dataset or no model, or several and none is named, or the model is of another dataset or
        schema; the sentence says what to do.
    """
    baked = _baked(source.parent / BENTO_FILE)
    named = settings.dataset or _dataset_of(settings.model) or _dataset_of(baked)
    try:
        ledger = open_ledger(settings.ledger)
        dataset = find_dataset(settings, named or _only_one_with_model(settings, ledger))
        tag = _current(settings, dataset, ledger) or baked
        folder = None if tag is None else find_or_fetch(tag, ledger)
    except LedgerError:
        dataset = find_dataset(settings, named)
        tag = settings.model or baked
        if not tag or (folder := find(tag)) is None:
            return Choice(dataset, None, baked)
    if tag is None or folder is None:
        cure = f"run `herdbook up --dataset {dataset.name}`, or `make up`, to train the first one"
        raise ModelMissingError(f"of dataset {dataset.name} to serve yet", cure=cure)
    card = read_card(folder)
    require_match(tag, card, dataset)
    return Choice(dataset, tag, baked, has_graph=has_graph(folder, card))


def _baked(bento_file: Path) -> str | None:
    """Read which model came with a built Bento; its own file is the only one that knows."""
    if not bento_file.is_file():
        return None
    tags = [str(model.tag) for model in Bento.from_path(bento_file.parent).info.all_models]
    if len(tags) != 1:
        raise ModelMissingError(f"in the Bento, which names {shown(tags) or 'none'}", cure="build it again")
    return tags[0]


def _dataset_of(tag: str | None) -> str | None:
    return split_tag(tag)[0] if tag else None


def _only_one_with_model(settings: Settings, ledger: Ledger) -> str | None:
    known = sorted(path.stem for path in settings.datasets.glob("*.toml"))
    if len(known) <= 1:
        return None
    served = [name for name in known if current_generation(ledger, name) is not None]
    if not served:
        cure = "run `herdbook up`, or `make up`, to train the first one"
        raise ModelMissingError("to serve yet", cure=cure)
    if len(served) > 1:
        problem = f"{shown(served)} have a model each, and a service serves one"
        raise DatasetError("?", problem=problem, cure="name one with HERDBOOK_DATASET")
    return served[0]


def _current(settings: Settings, dataset: Dataset, ledger: Ledger) -> str | None:
    if settings.model:
        return settings.model
    found = current_generation(ledger, dataset.name)
    return found.champion if found else None


def stop_with(error: HerdbookError) -> SystemExit:
    """Turn a failure into the one sentence that a person sees instead of a traceback."""
    return SystemExit(f"herdbook: {error}")
