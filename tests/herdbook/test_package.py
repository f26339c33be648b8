"""Packages: named by content, whole or refused, the same in the ledger as on disk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from herdbook import keys, part
from herdbook.errors import ModelMissingError, PackageError
from herdbook.ledger import Ledger
from herdbook.package import MANIFEST, read_card, verify_package
from herdbook.registry import fetch, list_models, model_card, publish, resolve
from herdbook.tag import split_tag
from tests.fixtures.models import ROOT, build_small_package, dataset_named

IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from tests.fixtures.models import build_small_package, dataset_named
junk = [object() for _ in range(int(sys.argv[2]))]
print(build_small_package(Path(sys.argv[1]), dataset_named("iris")))
"""


def test_package_has_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    """Another process, with other object ids and at another time, writes the same version."""
    own = build_small_package(tmp_path / "own", dataset_named("iris"))

    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(tmp_path / "other"), "1000"]
    other = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert other.stdout.strip() == own
    assert (tmp_path / "other/model.skops").read_bytes() == (tmp_path / "own/model.skops").read_bytes()


def test_package_names_itself_by_its_manifest(small_package: Path) -> None:
    """A verified package gives a tag of its dataset and twelve digits."""
    tag = verify_package(small_package)

    assert tag.startswith("iris:")
    assert len(tag) == len("iris:") + 12


@pytest.mark.parametrize("name", ["card.json", "model.skops", "clusters.npz", "manifest.json"])
def test_package_with_a_missing_file_is_refused(small_package: Path, name: str) -> None:
    """Whichever file is missing, the sentence names it."""
    (small_package / name).unlink()

    with pytest.raises(PackageError, match=name):
        verify_package(small_package)


@pytest.mark.parametrize("name", ["card.json", "model.skops", "clusters.npz"])
def test_package_with_a_changed_byte_is_refused(small_package: Path, name: str) -> None:
    """One flipped bit in any file is found before anything is loaded."""
    body = bytearray((small_package / name).read_bytes())
    body[len(body) // 2] ^= 1
    (small_package / name).write_bytes(bytes(body))

    with pytest.raises(PackageError, match="is not what the manifest says"):
        verify_package(small_package)


@pytest.mark.parametrize("body", [b"[]", b"{", b'{"format":2,"dataset":"iris","files":{}}'])
def test_manifest_of_another_kind_is_refused(small_package: Path, body: bytes) -> None:
    """A manifest that is no JSON object of this format is refused with a sentence."""
    (small_package / MANIFEST).write_bytes(body)

    with pytest.raises(PackageError):
        verify_package(small_package)


def test_manifest_with_a_path_is_refused(small_package: Path) -> None:
    """A manifest cannot make a fetch write outside of its folder."""
    body = (small_package / MANIFEST).read_text().replace('"files":{', '"files":{"../evil.json":{},')
    (small_package / MANIFEST).write_text(body)

    with pytest.raises(PackageError, match="no plain name"):
        verify_package(small_package)


def test_fetched_package_equals_the_published(small_package: Path, ledger: Ledger, tmp_path: Path) -> None:
    """What another machine takes from the ledger is the same package; publishing twice is harmless."""
    tag = publish(ledger, small_package)
    publish(ledger, small_package)

    folder = fetch(ledger, tag, tmp_path / "fetched")

    assert verify_package(folder) == tag
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == {
        p.name: p.read_bytes() for p in small_package.iterdir()
    }


@pytest.mark.parametrize("name", ["card.json", "model.skops", "clusters.npz", "manifest.json"])
@pytest.mark.parametrize("body", [b"junk", None], ids=["changed", "missing"])
def test_damage_in_the_ledger_names_the_tag_and_a_command(
    small_package: Path, ledger: Ledger, tmp_path: Path, name: str, body: bytes | None
) -> None:
    """Whoever serves a damaged model is told which, and what to type; the folder is nobody's business."""
    tag = publish(ledger, small_package)
    path = tmp_path / "ledger" / keys.model_file("iris", resolve(ledger, tag), name)
    path.unlink() if body is None else path.write_bytes(body)
    damaged: type[Exception] = PackageError
    if (name, body) == (MANIFEST, None):
        damaged = ModelMissingError

    with pytest.raises(damaged, match=rf"{tag}.*`herdbook (promote TAG|models)`") as caught:
        fetch(ledger, tag, tmp_path / "fetched")

    assert "fetched" not in str(caught.value)


def test_large_file_travels_in_parts(
    small_package: Path, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file above the ledger's limit is stored as numbered parts and comes back whole."""
    monkeypatch.setattr(part, "MAX_OBJECT_BYTES", 1_000)

    tag = publish(ledger, small_package)
    folder = fetch(ledger, tag, tmp_path / "fetched")

    assert (folder / "model.skops").read_bytes() == (small_package / "model.skops").read_bytes()
    assert any(entry.key.endswith("model.skops.part-0001") for entry in ledger.list("models/iris/"))


def test_listed_models_are_those_with_a_manifest(small_package: Path, ledger: Ledger) -> None:
    """A package whose publication was cut short before its manifest is not there."""
    ledger.create("models/iris/" + "0" * 64 + "/card.json", b"{}")
    tag = publish(ledger, small_package)

    listed = list_models(ledger, "iris")

    assert [summary["tag"] for summary in listed] == [tag]
    assert model_card(ledger, tag)["classes"] == ["setosa", "versicolor", "virginica"]


@pytest.mark.parametrize("card", [b'{"format":2}', b"{}", b"[]", b"junk"])
def test_card_of_another_format_is_refused(small_package: Path, ledger: Ledger, card: bytes) -> None:
    """A card that this Herdbook does not know is named wherever it is read, in the ledger or on disk."""
    (small_package / "card.json").write_bytes(card)
    version = "ab" * 32
    for name in ("card.json", MANIFEST):
        ledger.create(keys.model_file("iris", version, name), (small_package / name).read_bytes())

    for read in (
        lambda: read_card(small_package),
        lambda: model_card(ledger, f"iris:{version[:12]}"),
    ):
        with pytest.raises(PackageError, match=r"format 2|cannot be read"):
            read()


@pytest.mark.parametrize(
    "tag", ["animals", "animals:", "animals:3f2a9c01d4b", "Animals:3f2a9c01d4b7", "a:b:c", "../x:" + "0" * 12]
)
def test_wrong_tag_is_refused(tag: str) -> None:
    """A tag is a dataset, a colon and twelve hexadecimal digits."""
    with pytest.raises(ModelMissingError, match="animals:3f2a9c01d4b7"):
        split_tag(tag)


@pytest.mark.parametrize("tag", ["iris:000000000000", "iris", "iris:latest", "../x:000000000000"])
def test_unknown_model_is_missing(ledger: Ledger, tmp_path: Path, tag: str) -> None:
    """A tag that is none, or that nothing answers to, is refused before anything is read."""
    with pytest.raises(ModelMissingError):
        fetch(ledger, tag, tmp_path / "fetched")


def test_damaged_card_hides_no_other_model(small_package: Path, ledger: Ledger) -> None:
    """A model whose card cannot be read is listed by its tag alone, beside those that can."""
    ledger.create("models/iris/" + "0" * 64 + "/card.json", b"{}")
    ledger.create("models/iris/" + "0" * 64 + "/manifest.json", b"{}")
    tag = publish(ledger, small_package)

    listed = list_models(ledger, "iris")

    assert [summary["tag"] for summary in listed] == ["iris:000000000000", tag]
    assert [summary["classes"] is None for summary in listed] == [True, False]
