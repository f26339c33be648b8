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
    >>> shown_url("s3://[x")
    's3://…'
    """
    scheme, found, _ = url.partition("://")
    if not found:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:  # half an IPv6 address: which part is the secret cannot be told
        return f"{scheme}://…"
    _, at, host = parts.netloc.rpartition("@")
    hidden = f"{parts.scheme}://{'…@' if at else ''}{host}{parts.path}"
    return hidden + ("?…" if parts.query else "") + ("#…" if parts.fragment else "")


def redact(said: str, url: str) -> str:
    r"""Show a URL that stands in a sentence, as it is or quoted, without what may be a secret.

    >>> redact(r"'s3://ada:p\\ass@herd' is away", r"s3://ada:p\ass@herd")
    "'s3://…@herd' is away"
    """
    for written in (url, repr(url)[1:-1]):
        said = said.replace(written, shown_url(url))
    return said
