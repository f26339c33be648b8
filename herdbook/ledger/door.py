"""From the one URL setting to an open ledger."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from herdbook.errors import SettingsError
from herdbook.ledger.directory import DirectoryLedger
from herdbook.ledger.protocol import Ledger, without_secrets

EXPECTED = "a folder, `file:///folder` or `s3://bucket/prefix?endpoint=http://host:port`"


def open_ledger(url: str, *, make: bool = True) -> Ledger:
    """Open the ledger that the URL names, after a probe that it is fit to hold one.

    Parameters
    ----------
    url
        A folder, `file:///folder`, or `s3://bucket/prefix?endpoint=http://host:port&region=name`. The
        credentials of S3 come from AWS's usual environment and files, never from the URL.
    make
        Make a folder that is not there. Who opens a ledger that was open before wants none made: its disk may
        be away, and what is sealed into an empty folder in its place would be lost from sight.

    Raises
    ------
    SettingsError
        The URL names nothing that a ledger can be kept in.
    StoreAwayError
        The store cannot be reached.
    StoreUnsafeError, StoreUnfitError
        The store overwrites what it should create only if absent, or has no hard links.
    """
    scheme, found, _ = url.partition("://")
    if not url or (found and scheme not in {"file", "s3"}) or not _is_whole(url):
        raise SettingsError("HERDBOOK_LEDGER", got=without_secrets(url), expected=EXPECTED)
    if not found:
        return DirectoryLedger(Path(url).expanduser(), make=make)
    if scheme == "file":
        return DirectoryLedger(_folder_of(url), url=url, make=make)
    from herdbook.ledger.s3 import open_s3  # noqa: PLC0415 - boto3 costs 0.3 s, and a directory does not need it

    return open_s3(url)


def _is_whole(url: str) -> bool:
    try:
        urlsplit(url)
    except ValueError:  # half an IPv6 address
        return False
    return True


def _folder_of(url: str) -> Path:
    parts = urlsplit(url)
    if parts.netloc not in {"", "localhost"} or not parts.path:
        raise SettingsError("HERDBOOK_LEDGER", got=without_secrets(url), expected=EXPECTED)
    return Path(unquote(parts.path))
