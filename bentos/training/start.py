"""Start a training: one at a time in a state folder, in a session of its own, out of the worker's tree."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import uuid_utils

from bentos.training.folder import Folder, list_folders, trainings_folder
from bentos.training.refusal import TrainingAbsentError, TrainingRunsError
from herdbook.dataset import Dataset
from herdbook.disk import make_folder
from herdbook.errors import ProcessError
from herdbook.settings import FOLDER, PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
KEEPER = Path(__file__).with_name("keeper.py")
KEPT = 50
"""So many trainings are kept, the newest."""

WORK = "cli.work"
ROOMS = ("cli/work.py", "training/line.py")
PRIVATE = {"BENTOML_DO_NOT_TRACK": "True", "DO_NOT_TRACK": "1"}
OF_THE_WORKER = frozenset({"PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir"})
"""Variables that are about the worker itself."""


def can_train() -> bool:
    """Tell whether the training room is installed beside the service."""
    return all((ROOT / name).is_file() for name in ROOMS)


def start(settings: Settings, dataset: Dataset, wanted: Mapping[str, Any]) -> Folder:
    """Start a training of a dataset.

    Parameters
    ----------
    wanted
        `effort`, `seed`, `budget_cpu_s`, `again` and `ingest`.

    Raises
    ------
    TrainingAbsentError
        The training room is not installed.
    TrainingRunsError
        One runs already.
    """
    if not can_train():
        raise TrainingAbsentError
    home = trainings_folder(settings.state)
    make_folder(home)
    with _alone(home):
        folders = list_folders(settings.state)
        for folder in folders:
            if folder.is_alive:
                other = (folder.read("request") or {}).get("dataset")
                raise TrainingRunsError(folder.id, other=None if other == dataset.name else other)
        _sweep(home, folders)
        folder, lock = _make(home, dataset, wanted)
        try:
            _launch(folder, lock, job_of(folder, dataset, wanted), environment_of(settings, dataset))
        finally:
            os.close(lock)
    return folder


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let one worker start a training at a time."""
    with (home / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(home: Path, folders: list[Folder]) -> None:
    """Remove the oldest, and what a worker left that was killed while it made one."""
    for path in (*(folder.path for folder in folders[KEPT - 1 :]), *home.glob(".*.new")):
        shutil.rmtree(path, ignore_errors=True)


def _make(home: Path, dataset: Dataset, wanted: Mapping[str, Any]) -> tuple[Folder, int]:
    """Make the folder of a training; it gets its name with its lock held."""
    id_ = str(uuid_utils.uuid7())
    unnamed = Folder(home / f".{id_}.new")
    unnamed.path.mkdir(mode=0o700)
    (unnamed.path / "work").mkdir()
    request = {"started_us": time.time_ns() // 1000, "dataset": dataset.name, "wanted": dict(wanted)}
    unnamed.write("request", request)
    lock = os.open(unnamed.lock, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return Folder(unnamed.path.rename(home / id_)), lock


def _launch(folder: Folder, lock: int, job: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    command = [sys.executable, "-P", "-m", WORK, json.dumps(job)]
    with folder.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            [sys.executable, "-I", "-S", str(KEEPER), str(folder.path.absolute()), str(lock), *command],
            cwd=environment[FOLDER],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            pass_fds=(lock,),
            start_new_session=True,
        )
    with process:
        assert process.stdout is not None
        number = int(process.stdout.readline() or 0)
        if not number:
            raise ProcessError("training", problem="could not be started", log=folder.log)
        keeper = psutil.Process(number)
        # the session bears the number of the first process, which ends now; its number is not given again
        # while anybody of the session lives
        folder.write("process", {"pid": number, "created_s": keeper.create_time(), "session": process.pid})


def job_of(folder: Folder, dataset: Dataset, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Say what is to be done as the command line's own children are told it."""
    return {
        "dataset": dataset.name,
        "workdir": str(folder.path.absolute() / "work"),
        "ingests": wanted["ingest"],
        **{name: wanted[name] for name in ("effort", "seed", "budget_cpu_s", "again")},
    }


def environment_of(settings: Settings, dataset: Dataset) -> dict[str, str]:
    """Give the environment of a training, as the command line gives it: every path is absolute."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_THE_WORKER}
    home, path = kept.get("BENTOML_HOME"), kept.get("PYTHONPATH")
    is_url = "://" in settings.ledger
    return {
        **kept,
        **({"BENTOML_HOME": str(Path(home).absolute())} if home else {}),
        **PRIVATE,
        "PYTHONPATH": os.pathsep.join([str(ROOT), *([path] if path else [])]),
        "PYTHONUNBUFFERED": "1",
        FOLDER: kept.get(FOLDER) or str(Path.cwd()),
        f"{PREFIX}DATASET": dataset.name,
        f"{PREFIX}DATASETS": str(settings.datasets.absolute()),
        f"{PREFIX}LEDGER": settings.ledger if is_url else str(Path(settings.ledger).absolute()),
        f"{PREFIX}STATE": str(settings.state.absolute()),
    }
