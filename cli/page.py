"""Pages: written beside the state or where a person wants them, and opened where there is a screen."""

from __future__ import annotations

import os
import sys
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.console import say, say_aside

if TYPE_CHECKING:
    from cli.place import Site

HAS_OWN_SCREEN = ("darwin", "win32")


def write_page(site: Site, name: str, html: str, *, out: Path | None) -> Path:
    """Write a page to `out`, or under its name below the state folder; return where, absolutely."""
    path = (out or site.settings.state / "reports" / f"{name}.html").absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(path), hint=error.strerror) from None
    return path


def show_page(path: Path, *, opens: bool, is_told: bool = True) -> None:
    """Say where a page is, and open it if that is wanted and somebody could see it."""
    if is_told:
        say(str(path))
    if opens and sys.stdout.isatty() and _has_screen() and not webbrowser.open(path.as_uri()):
        say_aside("no browser could be opened; open the file yourself")


def _has_screen() -> bool:
    return sys.platform in HAS_OWN_SCREEN or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
