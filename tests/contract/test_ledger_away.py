"""What a ledger says when its store is unsafe, unfit or away, and that it comes back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from herdbook.errors import KeyInvalidError, SettingsError, StoreAwayError, StoreUnfitError, StoreUnsafeError
from herdbook.ledger import Ledger, open_ledger
from tests.fixtures.s3_server import S3Server, free_ports


@pytest.mark.integration
def test_unsafe_store_is_refused(unsafe_s3_url: str) -> None:
    """A real store that ignores put-if-absent is refused, every time."""
    for _ in range(2):
        with pytest.raises(StoreUnsafeError, match="If-None-Match"):
            open_ledger(unsafe_s3_url)


@pytest.mark.integration
def test_probe_leaves_nothing_to_see(s3_server: S3Server) -> None:
    """Opening a ledger many times shows no object in it."""
    for _ in range(3):
        ledger = open_ledger(s3_server.url("probed"))

    assert list(ledger.list("")) == []


@pytest.mark.integration
def test_missing_bucket_is_told(unsafe_s3_url: str) -> None:
    """A bucket that is not there gets a sentence with its name."""
    with pytest.raises(StoreUnfitError, match="no bucket 'absent'"):
        open_ledger(unsafe_s3_url.replace("//herdbook/", "//absent/"))


@pytest.mark.integration
def test_wrong_credentials_are_told(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused signature is told without the secret."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")

    with pytest.raises(StoreAwayError, match="SignatureDoesNotMatch") as caught:
        open_ledger(s3_server.url("x"))

    assert "wrong-secret" not in str(caught.value)


@pytest.mark.integration
def test_s3_comes_back_with_all_that_was_acknowledged(s3_server: S3Server, s3_ledger: Ledger) -> None:
    """A killed store is away; started again, it holds what was acknowledged, and the same ledger goes on."""
    for number in range(20):
        s3_ledger.create(f"kept/{number:02}", b"%d" % number)
    s3_server.stop()
    try:
        with pytest.raises(StoreAwayError, match="cannot be reached"):
            s3_ledger.stat("kept/00")
    finally:
        s3_server.start()

    s3_ledger.create("kept/20", b"20")

    assert [s3_ledger.get(entry.key) for entry in s3_ledger.list("kept/")] == [b"%d" % n for n in range(21)]


def test_unreachable_endpoint_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint where nobody listens is a store that is away."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    with pytest.raises(StoreAwayError, match="cannot be reached"):
        open_ledger(f"s3://bucket/prefix?endpoint=http://127.0.0.1:{free_ports(1)[0]}")


@pytest.mark.parametrize(
    "url",
    [
        *("", "http://host/bucket", "s3://", "s3://user:hush@bucket/x", "s3://bucket/x?secret=hush"),
        *("s3://bucket/../x", "s3://bucket/x?endpoint=nonsense", "file://elsewhere/folder", "file://"),
        *("s3://[x", "file://[x", "minio://ada:hush@host/b", "s3://ada:hu/hush@host/b"),
    ],
)
def test_wrong_url_is_told_without_its_secret(url: str) -> None:
    """A URL that names no ledger is a setting that is wrong."""
    with pytest.raises(SettingsError, match="HERDBOOK_LEDGER") as caught:
        open_ledger(url)

    assert "hush" not in str(caught.value)


def test_directory_comes_back(tmp_path: Path) -> None:
    """A directory that was moved away is away, not empty; moved back, it goes on."""
    root = tmp_path / "ledger"
    ledger = open_ledger(f"file://{root}")
    ledger.create("a/b", b"x")
    root.rename(tmp_path / "away")

    for call in (lambda: ledger.create("a/c", b"y"), lambda: ledger.get("a/b"), lambda: ledger.stat("a/b")):
        with pytest.raises(StoreAwayError):
            call()
    with pytest.raises(StoreAwayError):
        list(ledger.list("a/"))

    (tmp_path / "away").rename(root)
    assert ledger.get("a/b") == b"x"
    assert not (tmp_path / "away").exists()


def test_directory_sweeps_what_dead_writers_left(tmp_path: Path) -> None:
    """An old temporary file goes when the ledger is opened; a young one may belong to a living writer."""
    open_ledger(str(tmp_path))
    old, young = (tmp_path / ".temporary" / name for name in ("old", "young"))
    for left in (old, young):
        left.write_bytes(b"half")
    os.utime(old, (0, 0))

    ledger = open_ledger(str(tmp_path))

    assert not old.exists()
    assert young.exists()
    assert list(ledger.list("")) == []


def test_directory_refuses_a_key_below_a_key(ledger: Ledger) -> None:
    """An object is never a folder too, nor the other way round."""
    ledger.create("a/b", b"x")

    for key in ("a/b/c", "a"):
        with pytest.raises(KeyInvalidError):
            ledger.create(key, b"x")


def test_directory_opened_again_is_not_made_anew(tmp_path: Path) -> None:
    """Who comes back to a ledger whose disk is away is told so, and leaves no empty one in its place."""
    root = tmp_path / "ledger"
    open_ledger(str(root)).create("a/b", b"x")
    root.rename(tmp_path / "away")

    with pytest.raises(StoreAwayError):
        open_ledger(str(root), make=False)

    (tmp_path / "away").rename(root)
    assert open_ledger(f"file://{root}", make=False).get("a/b") == b"x"
