"""Where a service keeps what it must not lose, settled before it is built."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bentoml._internal.configuration.containers import BentoMLContainer

from herdbook.dataset import Dataset
from herdbook.disk import make_folder
from herdbook.errors import PredictionLogError
from herdbook.prediction_log.spool import spool_folder
from herdbook.settings import Settings

BENTO_FILE = "bento.yaml"
HOME = "herdbook"
"""Folder of ours in BentoML's home."""


def outlive_bento(settings: Settings, source: Path) -> Settings:
    """Put what a built Bento would keep inside its own folder, which `bentoml delete` removes, beside it.

    BentoML runs a Bento in the folder `source` of its store: there, relative places of the ledger and the
    state are meant from `herdbook` in BentoML's home. Outside of a built Bento nothing changes.
    """
    if not (source.parent / BENTO_FILE).is_file():
        return settings
    home = Path(BentoMLContainer.bentoml_home.get()).absolute() / HOME
    changed: dict[str, object] = {"state": home / settings.state.expanduser()}
    if settings.ledger and "://" not in settings.ledger:
        changed["ledger"] = str(home / Path(settings.ledger).expanduser())
    return settings.model_copy(update=changed)


def require_spool(settings: Settings, dataset: Dataset) -> None:
    """Make the folder of the dataset's unsealed predictions, and prove that it can be written.

    Raises
    ------
    PredictionLogError
        It cannot; nothing may be answered then.
    """
    folder = spool_folder(settings.spool, dataset.name)
    try:
        make_folder(folder)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0")
            probe.flush()
    except OSError as error:
        raise PredictionLogError(
            str(folder.absolute()),
            problem=f"it cannot be written: {error.strerror or type(error).__name__}",
            cure="set HERDBOOK_STATE to a folder on a disk that can, or clear what stands in its way",
        ) from error
