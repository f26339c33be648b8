"""The first page as Gradio writes it, with our style and script and without what names other hosts."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOREIGN = re.compile(r"<meta\s[^>]*(?:og:|twitter:)[^>]*>\s*|<link rel=\"manifest\"[^>]*>\s*")
OURS = """<title>Herdbook</title>
<meta name="description" content="Predictions, the groups behind them and their whole pedigree." />
<link rel="icon" href="own/icon.svg" type="image/svg+xml" />
<link rel="stylesheet" href="own/style.css" />
<link rel="stylesheet" href="own/tabs.css" />
<script defer src="own/page.js"></script>
<noscript>This page needs JavaScript. The service itself answers without: see its /docs.</noscript>
</head>"""


class Front:
    """Rewrite the page at `/` and pass everything else on."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, _Rewriting(send))


class _Rewriting:
    """Hold a response until it is whole, and send it rewritten."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message = {}
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        page = rewrite(self.body.decode()).encode() if self.body else b""
        if page:
            MutableHeaders(scope=self.start)["content-length"] = str(len(page))
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": page})


def rewrite(page: str) -> str:
    """Put our head into a page of Gradio.

    >>> "own/style.css" in rewrite('<head><meta property="og:url" content="https://gradio.app/" /></head>')
    True
    >>> "gradio.app" in rewrite('<head><meta property="og:url" content="https://gradio.app/" /></head>')
    False
    """
    return FOREIGN.sub("", page).replace("</head>", OURS, 1)
