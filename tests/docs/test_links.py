"""What the documents show and lead to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^ *```.*?^ *```", re.M | re.S)
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)|<img[^>]*?\balt=\"([^\"]*)\"[^>]*?\bsrc=\"([^\"]+)\"")
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:href|src|srcset)=\"([^\"]+)\"")
MADE = {"openapi.json"}
"""Files that the site makes."""


def text_of(document: Path) -> str:
    """Read a document without its blocks, in which brackets mean something else."""
    return BLOCK.sub("", document.read_text(encoding="utf-8"))


def name_of(document: Path) -> str:
    """Name a document in a test's id."""
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_document_leads_to_files_that_exist(document: Path) -> None:
    """Every relative link and every image of a document is a file of the clone."""
    targets = [first or second for first, second in LINK.findall(text_of(document))]
    near = [target.partition("#")[0] for target in targets if not re.match(r"\w+:|#|/", target)]

    missing = [path for path in near if not (document.parent / path).exists()]

    assert [path for path in missing if Path(path).name not in MADE] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_document_says_in_words_what_an_image_shows(document: Path) -> None:
    """Every image has a text for whoever cannot see it."""
    shown = SHOWN.findall(text_of(document))

    assert all(first.strip() or second.strip() for first, _, second, _ in shown)
    assert len(shown) == len(re.findall(r"!\[|<img\b", text_of(document)))
