"""Pieces of HTML in the look of `style.css`; every text given to them is escaped here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Literal

Kind = Literal["error", "warn", "good", "note"]


def notice(text: str, kind: Kind = "error") -> str:
    """Say a sentence in a box; nothing, if there is nothing to say.

    >>> notice("No <model> serves.", "warn")
    '<p class="notice warn" role="status">No &lt;model&gt; serves.</p>'
    """
    role = "alert" if kind == "error" else "status"
    return f'<p class="notice {kind}" role="{role}">{escape(text)}</p>' if text else ""


def facts(pairs: Mapping[str, Any]) -> str:
    """Write names and values beside each other.

    >>> facts({"Model": "iris:1"})
    '<dl class="facts"><div><dt>Model</dt><dd>iris:1</dd></div></dl>'
    """
    inner = "".join(
        f"<div><dt>{escape(str(name))}</dt><dd>{escape(str(value))}</dd></div>"
        for name, value in pairs.items()
    )
    return f'<dl class="facts">{inner}</dl>'


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]], *, caption: str = "") -> str:
    """Write a table that scrolls by itself where it is wider than the page.

    A head that starts with # is of a column of figures, written flush right. The first cell names its row.
    """
    figures = [head.startswith("#") for head in heads]
    top = "".join(
        _cell("th", head.lstrip("#"), is_figure) for head, is_figure in zip(heads, figures, strict=True)
    )
    body = "".join(f"<tr>{_row(row, figures)}</tr>" for row in rows)
    said = f"<caption>{escape(caption)}</caption>" if caption else ""
    label = escape(caption or "Table", quote=True)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{label}"><table>{said}'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(row: Sequence[Any], figures: Sequence[bool]) -> str:
    cells = zip(row, figures, strict=True)
    return "".join(
        _cell("td" if place else "th", one, is_figure) for place, (one, is_figure) in enumerate(cells)
    )


def _cell(element: str, content: Any, is_figure: bool) -> str:
    kind = ' class="figure"' if is_figure else ""
    return f"<{element}{kind}>{escape('' if content is None else str(content))}</{element}>"
