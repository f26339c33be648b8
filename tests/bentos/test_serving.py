"""Which model serves, and how it follows the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from bentos.refusal import NotReadyError
from bentos.serving import Serving
from bentos.store import keep
from herdbook.generation import roll_back
from herdbook.settings import Settings
from tests.fixtures.models import dataset_named
from tests.fixtures.service import Book, Packages

IRIS = dataset_named("iris")


def serving_of(book: Book, tmp_path: Path, *, baked: str | None = None, **named: str) -> Serving:
    """Make the serving of a book, not started."""
    given = {"ledger": book.ledger.url, "state": tmp_path / "state"} | named
    return Serving(Settings(**given), IRIS, baked=baked)  # type: ignore[arg-type]


def looked(serving: Serving) -> str | None:
    """Let it look once, and tell which model serves then."""
    serving.look()
    return serving.current.tag if serving.current else None


def test_serving_follows_promotions_and_rollbacks(model_store: Path, book: Book, tmp_path: Path) -> None:
    """The champion of the highest generation serves."""
    serving = serving_of(book, tmp_path)

    served = [looked(serving)]
    book.promote(1)
    served.append(looked(serving))
    roll_back(book.ledger, "iris", who="test", why="test")
    served.append(looked(serving))

    assert served == [book.tags[0], book.tags[1], book.tags[0]]
    assert serving.generation == 3


def test_serving_pin_wins(model_store: Path, book: Book, tmp_path: Path) -> None:
    """A pin serves whatever the generations say."""
    serving = serving_of(book, tmp_path, baked=book.tags[0], model=book.tags[1])

    assert looked(serving) == book.tags[1]


def test_serving_baked_model_serves_without_generations(
    model_store: Path, two_packages: Packages, tmp_path: Path
) -> None:
    """A Bento with a ledger of its own that is still empty serves what came with it."""
    folder, tag = two_packages[0]
    keep(folder, tag)
    settings = Settings(ledger=str(tmp_path / "empty"), state=tmp_path / "state")

    assert looked(Serving(settings, IRIS, baked=tag)) == tag


def test_serving_nothing_is_not_ready(model_store: Path, tmp_path: Path) -> None:
    """Without a model there is no answer, and a client is told to wait."""
    serving = Serving(Settings(ledger=str(tmp_path / "empty"), state=tmp_path), IRIS, baked=None)

    assert looked(serving) is None
    with pytest.raises(NotReadyError):
        serving.require()


def test_serving_goes_on_without_the_ledger(model_store: Path, book: Book, tmp_path: Path) -> None:
    """A worker that starts while the store is away serves what served last on this machine."""
    looked(serving_of(book, tmp_path))
    away = "s3://bucket/prefix?endpoint=http://127.0.0.1:9"

    assert looked(serving_of(book, tmp_path, ledger=away)) == book.tags[0]


@pytest.mark.parametrize("memory", ['{"format": 2, "champion": "%s"}', '["%s"]', "no JSON %s"])
def test_serving_unknown_memory_is_told_and_not_believed(
    model_store: Path, book: Book, tmp_path: Path, caplog: pytest.LogCaptureFixture, memory: str
) -> None:
    """What another version remembered is not guessed at, and is told once however often it looks."""
    looked(serving_of(book, tmp_path))
    (tmp_path / "state" / "served" / "iris.json").write_text(memory % book.tags[0])
    serving = serving_of(book, tmp_path, ledger="s3://bucket/prefix?endpoint=http://127.0.0.1:9")
    caplog.clear()

    assert [looked(serving), looked(serving)] == [None, None]
    assert sum("who served last" in message for message in caplog.messages) == 1


def test_serving_damaged_model_does_not_take_over(model_store: Path, book: Book, tmp_path: Path) -> None:
    """A champion that cannot be proven leaves the one before in its place."""
    serving = serving_of(book, tmp_path)
    looked(serving)
    book.promote(1)
    version = book.tags[1].split(":")[1]
    for file in Path(book.ledger.url).rglob("model.skops"):
        if file.parent.name.startswith(version):
            file.chmod(0o600)
            file.write_bytes(b"damaged")

    assert looked(serving) == book.tags[0]
    assert looked(serving) == book.tags[0]
