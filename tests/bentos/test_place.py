"""What a service must not lose lies where it can be written, and outlives a Bento."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bentoml._internal.configuration.containers import BentoMLContainer

from bentos.place import BENTO_FILE, outlive_bento, require_spool
from herdbook.errors import PredictionLogError
from herdbook.settings import Settings
from tests.fixtures.models import dataset_named

IRIS = dataset_named("iris")


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Path]:
    """Give the folder that a built Bento's files lie in, over a home of the test's own."""
    BentoMLContainer.bentoml_home.set(str(tmp_path / "home"))
    folder = tmp_path / "bento" / "src"
    folder.mkdir(parents=True)
    (folder.parent / BENTO_FILE).touch()
    yield folder
    BentoMLContainer.bentoml_home.reset()


def test_place_relative_to_a_bento_outlives_it(source: Path, tmp_path: Path) -> None:
    """The defaults of a built Bento lie in BentoML's home, not in the Bento's folder."""
    settings = outlive_bento(Settings(), source)

    home = tmp_path / "home" / "herdbook"
    assert settings.ledger == str(home / ".herdbook" / "ledger")
    assert settings.spool == home / ".herdbook" / "state" / "spool"


@pytest.mark.parametrize("ledger", ["/book", "file:///book", "s3://bucket/book?endpoint=http://127.0.0.1:9"])
def test_place_that_is_absolute_stays(source: Path, ledger: str) -> None:
    """What somebody chose is kept where they chose."""
    settings = outlive_bento(Settings(ledger=ledger, state=Path("/state")), source)

    assert (settings.ledger, settings.state) == (ledger, Path("/state"))


def test_place_outside_of_a_bento_stays(tmp_path: Path) -> None:
    """In a checkout, relative places are meant from where it is started."""
    settings = Settings()

    assert outlive_bento(settings, tmp_path / "checkout") == settings


def test_place_spool_is_made_and_left_empty(tmp_path: Path) -> None:
    """The probe leaves nothing behind."""
    settings = Settings(state=tmp_path / "new" / "state")

    require_spool(settings, IRIS)

    assert list((settings.spool / "iris").iterdir()) == []


@pytest.mark.parametrize("in_the_way", ["state", "state/spool", "state/spool/iris"])
def test_place_spool_that_cannot_be_is_named(tmp_path: Path, in_the_way: str) -> None:
    """A file in the folder's place is told with the folder's name and the setting."""
    file = tmp_path / in_the_way
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()

    with pytest.raises(PredictionLogError, match=r"state/spool/iris: it cannot be written.*HERDBOOK_STATE"):
        require_spool(Settings(state=tmp_path / "state"), IRIS)
