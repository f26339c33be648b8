"""What the doctor says of the settings: every one, with its value and where that comes from."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from cli.finding import Finding, State
from herdbook.settings import PREFIX, Settings


def examine_settings(settings: Settings) -> Iterator[Finding]:
    """Yield every setting that is in force, under the name of its variable."""
    for name in Settings.model_fields:
        origin = "" if name in settings.model_fields_set else " (default)"
        yield Finding(f"{PREFIX}{name}".upper(), State.OK, f"{_said(getattr(settings, name))}{origin}")


def _said(value: object) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return shown_url(str(value))


def shown_url(url: str) -> str:
    """Leave out of a URL what may be a secret: the user before the host, and the query. A path stays.

    >>> shown_url("s3://ada:pass@herd/book?endpoint=http://127.0.0.1:9000")
    's3://…@herd/book?…'
    >>> shown_url(".herdbook/ledger")
    '.herdbook/ledger'
    """
    if "://" not in url:
        return url
    parts = urlsplit(url)
    _, at, host = parts.netloc.rpartition("@")
    hidden = f"{parts.scheme}://{'…@' if at else ''}{host}{parts.path}"
    return hidden + ("?…" if parts.query else "") + ("#…" if parts.fragment else "")
