"""Comparing a new model with the champion."""

from pathlib import Path

import pytest

from herdbook.generation import promote
from herdbook.ledger import Ledger
from herdbook.registry import publish
from tests.fixtures.models import build_small_package, dataset_named, small_frame
from training.register import compare

IRIS = dataset_named("iris")
HEADLINE = {"log_loss": {"value": 0.1, "low": 0.05, "high": 0.2, "method": "any"}}


def published(ledger: Ledger, folder: Path, *, seed: int) -> str:
    """Publish a small model that differs from others by its seed alone."""
    card = {"headline": HEADLINE, "seed": seed, "snapshot": "a" * 64}
    build_small_package(folder, IRIS, card=card)
    return publish(ledger, folder)


def test_comparison_of_equal_models_agrees(ledger: Ledger, tmp_path: Path) -> None:
    """Two models that say the same agree on every record."""
    champion, challenger = (published(ledger, tmp_path / f"{seed}", seed=seed) for seed in (1, 2))
    promote(ledger, "iris", champion, who="tester", why="a test")

    found = compare(IRIS, challenger, ledger, frame=small_frame(IRIS)[0], workdir=tmp_path / "work")

    assert found is not None
    assert (found["champion"], found["challenger"], found["agreement"]) == (champion, challenger, 1.0)


def test_comparison_survives_a_damaged_champion(ledger: Ledger, tmp_path: Path) -> None:
    """Training is the cure of a damaged champion: it says so and still names the promotion."""
    champion, challenger = (published(ledger, tmp_path / f"{seed}", seed=seed) for seed in (1, 2))
    promote(ledger, "iris", champion, who="tester", why="a test")
    damaged = next((tmp_path / "ledger").rglob(f"{champion.partition(':')[2]}*/model.skops"))
    damaged.write_bytes(b"damaged")

    found = compare(IRIS, challenger, ledger, frame=small_frame(IRIS)[0], workdir=tmp_path / "work")

    assert found is not None
    assert "cannot be compared" in found["says"]
    assert challenger in found["promote"]


@pytest.mark.parametrize("card", [{"snapshot": "a" * 64}, {"headline": HEADLINE}, {}])
def test_comparison_survives_a_champion_that_says_little(
    ledger: Ledger, tmp_path: Path, card: dict[str, object]
) -> None:
    """A model that something else than a training made may be the champion."""
    build_small_package(tmp_path / "1", IRIS, card=card)
    champion, challenger = publish(ledger, tmp_path / "1"), published(ledger, tmp_path / "2", seed=2)
    promote(ledger, "iris", champion, who="tester", why="a test")

    found = compare(IRIS, challenger, ledger, frame=small_frame(IRIS)[0], workdir=tmp_path / "work")

    assert found is not None
    assert "cannot be compared" in found["says"]
    assert "its card has no" in found["says"]
