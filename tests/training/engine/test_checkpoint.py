"""Checkpoints: whole or absent, and never of another training."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from training.engine.checkpoint import ABANDONED_S, Checkpoints, Run, sweep_abandoned
from training.member import Candidate

KINDS = ("frame",)
KNN = Candidate("k_nearest_neighbors", (("n_neighbors", 3),))
OTHER = Candidate("k_nearest_neighbors", (("n_neighbors", 9),))


def run_of(value: float) -> Run:
    """Make a run of one kind of inputs, four rows and two classes."""
    costs = np.full(1, value)
    return Run(np.full((1, 1, 4, 2), value), np.full((1, 6, 2), value), costs, costs, np.array(value))


def test_saved_candidate_is_read_again(tmp_path: Path) -> None:
    """Every number comes back as it was, and no other file stays."""
    kept = Checkpoints(tmp_path / "recipe", "origin")

    kept.save(KNN, KINDS, run_of(1 / 3))
    found = kept.load(KNN, KINDS, run_of(0.0))

    assert found is not None
    for name, array in vars(run_of(1 / 3)).items():
        np.testing.assert_array_equal(getattr(found, name), array)
    assert len(list(kept_files(tmp_path))) == 1


@pytest.mark.parametrize(
    ("folder", "origin", "candidate", "kinds"),
    [
        ("another", "origin", KNN, KINDS),
        ("recipe", "another", KNN, KINDS),
        ("recipe", "origin", OTHER, KINDS),
        ("recipe", "origin", KNN, ("frame+clusters",)),
    ],
)
def test_checkpoint_of_something_else_is_not_taken(
    tmp_path: Path, folder: str, origin: str, candidate: Candidate, kinds: tuple[str, ...]
) -> None:
    """Recipe, rows and plan, candidate and inputs decide; a file under a wrong name is no use either."""
    Checkpoints(tmp_path / "recipe", "origin").save(KNN, KINDS, run_of(0.5))
    (mine,) = kept_files(tmp_path)
    other = Checkpoints(tmp_path / folder, origin)
    other.save(candidate, kinds, run_of(0.25))
    (theirs,) = set(kept_files(tmp_path)) - {mine}

    theirs.write_bytes(mine.read_bytes())

    assert other.load(candidate, kinds, run_of(0.0)) is None


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "shape"])
def test_damaged_checkpoint_counts_as_absent(tmp_path: Path, damage: str) -> None:
    """A torn, altered or unfitting file makes the candidate be fitted again."""
    kept = Checkpoints(tmp_path, "origin")
    kept.save(KNN, KINDS, run_of(0.5))
    (path,) = kept_files(tmp_path)
    body = bytearray(path.read_bytes())
    like = run_of(0.0)

    if damage == "shape":
        like = Run(np.zeros((1, 1, 5, 2)), like.inner, like.fit_s, like.predict_s, like.cpu_s)
    elif damage == "flipped":
        body[body.index(b"\x00\x00\x00\x00\x00\x00\xe0\x3f") + 7] ^= 1
    path.write_bytes({"cut": body[:-40], "empty": b""}.get(damage, bytes(body)))

    assert kept.load(KNN, KINDS, like) is None


def test_without_a_folder_nothing_is_kept() -> None:
    """Saving and loading do nothing."""
    kept = Checkpoints(None, "origin")

    kept.save(KNN, KINDS, run_of(0.5))

    assert kept.load(KNN, KINDS, run_of(0.5)) is None


def test_folder_that_another_training_removed_is_made_again(tmp_path: Path) -> None:
    """Of two trainings of one recipe the first to end removes the folder; the other goes on keeping."""
    kept = Checkpoints(tmp_path / "recipe", "origin")
    kept.save(KNN, KINDS, run_of(0.5))
    shutil.rmtree(tmp_path / "recipe")

    kept.save(OTHER, KINDS, run_of(0.25))

    assert kept.load(KNN, KINDS, run_of(0.0)) is None
    assert kept.load(OTHER, KINDS, run_of(0.0)) is not None


def test_full_disk_ends_no_training(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written is not kept, and leaves nothing of itself behind."""

    def write_half(file: object, **_: object) -> None:
        file.write(b"half")  # type: ignore[attr-defined]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez", write_half)
    kept = Checkpoints(tmp_path / "recipe", "origin")

    kept.save(KNN, KINDS, run_of(0.5))

    assert kept.load(KNN, KINDS, run_of(0.0)) is None
    assert not kept_files(tmp_path)


def test_place_where_no_folder_can_be_made_ends_no_training(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "training").write_text("no folder")
    kept = Checkpoints(tmp_path / "training" / "recipe", "origin")

    kept.save(KNN, KINDS, run_of(0.5))

    assert kept.load(KNN, KINDS, run_of(0.0)) is None


def test_abandoned_checkpoints_are_swept(tmp_path: Path) -> None:
    """Those of other recipes go after a week; the training's own, fresh ones and other files stay."""
    for name in ("own", "old", "fresh", "others"):
        Checkpoints(tmp_path / name, "origin").save(KNN, KINDS, run_of(0.5))
    (tmp_path / "others" / "notes.txt").write_text("not of a training")
    for path in [*tmp_path.iterdir(), *tmp_path.glob("*/*")]:
        if "fresh" not in path.parts:
            os.utime(path, (0, time.time() - ABANDONED_S - 60))

    sweep_abandoned(tmp_path / "own")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["fresh", "others", "own"]


def kept_files(folder: Path) -> list[Path]:
    """List all files below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]
