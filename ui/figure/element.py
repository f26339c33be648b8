"""HTML built of elements: every text is escaped, unless it is HTML already."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(content: object) -> Html:
    """Write a content: HTML as it is, nothing for None, and anything else as text."""
    if isinstance(content, Html):
        return content
    return Html("" if content is None else escape(str(content)))


def join(parts: Sequence[object]) -> Html:
    """Write contents one after the other."""
    return Html("".join(html(part) for part in parts))


def tag(name: str, /, *inside: object, **attributes: object) -> Html:
    """Write an element; an attribute that is None or False is left out, and `class_` is written `class`.

    >>> tag("p", "a < b", tag("b", "!"), class_="note", hidden=True)
    '<p class="note" hidden>a &lt; b<b>!</b></p>'
    """
    written = "".join(
        _attribute(each.rstrip("_").replace("_", "-"), value) for each, value in attributes.items()
    )
    return Html(f"<{name}{written}>{join(inside)}</{name}>")


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value), quote=True)}"'


def fold(title: str, *inside: object) -> Html:
    """Write what is read on demand behind its title; nothing, if there is nothing inside."""
    content = join(inside)
    return tag("details", tag("summary", title), tag("div", content), class_="fold") if content else Html()


def paragraph(text: str, kind: str | None = None) -> Html:
    """Write a paragraph; nothing for an empty text."""
    return tag("p", text, class_=kind) if text else Html()


def interval(value: str, ends: str = "") -> Html:
    """Write an estimate with its interval in small print below."""
    return join([value, tag("small", ends, class_="ends") if ends else None])


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    caption: str,
    note: str = "",
    marked: Collection[int] = (),
) -> Html:
    """Write a table that scrolls by itself where it is wider than the page.

    A head that starts with # is of a column of figures; the first cell of a row is its name.
    """
    figures = [head.startswith("#") for head in heads]
    top = [
        tag("th", head.lstrip("#"), scope="col", class_="figure" if is_figure else None)
        for head, is_figure in zip(heads, figures, strict=True)
    ]
    body = [
        tag("tr", *_cells(row, figures), class_="marked" if place in marked else None)
        for place, row in enumerate(rows)
    ]
    whole = tag("table", tag("caption", caption), tag("thead", tag("tr", *top)), tag("tbody", *body))
    scrolled = tag("div", whole, class_="scroll", tabindex=0, role="region", aria_label=caption)
    return join([scrolled, paragraph(note, "note")])


def _cells(row: Sequence[object], figures: Sequence[bool]) -> list[Html]:
    kinds = ["figure" if is_figure else None for is_figure in figures]
    first = tag("th", row[0], scope="row", class_=kinds[0])
    return [first, *(tag("td", one, class_=kind) for one, kind in zip(row[1:], kinds[1:], strict=True))]
