"""mkdocs' hook: a comment in a page, `<!-- generated: … -->` or `<!-- page: … -->`, becomes what it names."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from docs.hooks.command_line import write_commands
from docs.hooks.http_api import read_document, write_api

ROOT = Path(__file__).resolve().parents[2]
GENERATED = re.compile(r"^<!-- generated: ([\w-]+) -->$", re.M)
ELSEWHERE = re.compile(r"^<!-- page: (\S+) -->$", re.M)
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")
SEARCH = 'data-md-component="search" role="dialog"'
OPENAPI = Path("api") / "openapi.json"

document = cache(read_document)
WRITERS: dict[str, Callable[[], str]] = {
    "commands": write_commands,
    "http-api": lambda: write_api(document()),
}


def on_page_markdown(markdown: str, *, page: Any, **_: object) -> str:
    """Fill in what is generated and what stands elsewhere, and lead links out of `docs/` to a page."""
    source = page.file.src_uri
    markdown = GENERATED.sub(lambda match: WRITERS[match[1]](), markdown)
    begin = posixpath.join("docs", source)
    named = ELSEWHERE.search(markdown)
    if named:
        begin = named[1]
        markdown = ELSEWHERE.sub(lambda match: (ROOT / match[1]).read_text(encoding="utf-8"), markdown)
    return LINK.sub(lambda match: lead(match, begin, source), markdown)


def lead(link: re.Match[str], begin: str, source: str) -> str:
    """Turn a link of the file `begin` into one of the page `source`; what the site does not hold is named."""
    text, target, anchor = link[1], link[2], link[3] or ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(begin), target))
    if not (ROOT / path).exists():
        return link[0]  # mkdocs says that it leads nowhere
    page = pages().get(path) or (path.removeprefix("docs/") if path.startswith("docs/") else None)
    if page is None:
        return f"{text} (`{path}`)" if text.strip("`") != path else f"`{path}`"
    return f"[{text}]({posixpath.relpath(page, posixpath.dirname(source) or '.')}{anchor})"


@cache
def pages() -> dict[str, str]:
    """Map each file elsewhere that is a page of the site to that page."""
    found = {}
    for path in sorted((ROOT / "docs").rglob("*.md")):
        named = ELSEWHERE.search(path.read_text(encoding="utf-8"))
        if named:
            found[named[1]] = path.relative_to(ROOT / "docs").as_posix()
    return found | {"README.md": "index.md"}


def on_post_page(output: str, **_: object) -> str:
    """Name the theme's search for whoever hears the page."""
    return output.replace(SEARCH, f'{SEARCH} aria-label="Search"')


def on_post_build(config: Any, **_: object) -> None:
    """Lay the OpenAPI document beside its page."""
    path = Path(config["site_dir"]) / OPENAPI
    path.write_text(json.dumps(document(), indent=2), encoding="utf-8")
