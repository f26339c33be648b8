"""Which model serves, and how it follows the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from bentos.refusal import NotReadyError
from bentos.serving import Serving
from bentos.store import find_or_fetch, keep
from herdbook.dataset import load_dataset
from herdbook.generation import promote, roll_back
from herdbook.ledger import Ledger
from herdbook.registry import publish
from herdbook.settings import Settings
from tests.fixtures.models import build_small_package, dataset_named
from tests.fixtures.service import Book, Packages, with_new_schema

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


def count_fetches(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the tag of each package that is asked of the ledger from now on."""
    asked: list[str] = []

    def noted(tag: str, ledger: Ledger) -> Path:
        asked.append(tag)
        return find_or_fetch(tag, ledger)

    monkeypatch.setattr("bentos.serving.find_or_fetch", noted)
    return asked


def test_serving_damaged_model_does_not_take_over(
    model_store: Path, book: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A champion that is damaged in the ledger leaves the one before in its place, and is fetched once."""
    serving = serving_of(book, tmp_path)
    looked(serving)
    book.promote(1)
    version = book.tags[1].split(":")[1]
    for file in Path(book.ledger.url).rglob("model.skops"):
        if file.parent.name.startswith(version):
            file.chmod(0o600)
            file.write_bytes(b"damaged")

    fetched = count_fetches(monkeypatch)

    assert [looked(serving) for _ in range(3)] == [book.tags[0]] * 3
    assert fetched == [book.tags[1]]


def test_serving_foreign_champion_is_refused_and_said_once(
    model_store: Path, book: Book, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A model of another schema does not take over, the log says so once, and a rollback mends it."""
    serving = serving_of(book, tmp_path)
    looked(serving)
    changed = load_dataset(with_new_schema(tmp_path) / "iris.toml")
    foreign = tmp_path / "foreign"
    tag = build_small_package(foreign, changed)
    publish(book.ledger, foreign)
    promote(book.ledger, "iris", tag, who="test", why="test")
    caplog.clear()

    served = [looked(serving) for _ in range(3)]
    roll_back(book.ledger, "iris", who="test", why="test")

    assert served == [book.tags[0]] * 3
    assert [f"{tag} was trained on" in message for message in caplog.messages] == [True]
    assert (looked(serving), serving.generation) == (book.tags[0], 3)


def test_serving_empty_pin_is_none(model_store: Path, book: Book, tmp_path: Path) -> None:
    """A variable that is set to nothing pins nothing."""
    assert looked(serving_of(book, tmp_path, model="")) == book.tags[0]
