"""What the README and the pages under docs/ show is what happens."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.docs.block import blocks_of
from tests.docs.stage import ROOT, Stage

DOCUMENTS = [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))) if blocks_of(path)]
MISSING = [tool for tool in ("bash", "curl", "make") if shutil.which(tool) is None]


@pytest.mark.docs
@pytest.mark.skipif(bool(MISSING), reason=f"the documents run commands that are missing here: {MISSING}")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_document_runs_as_written(document: Path, tmp_path: Path) -> None:
    """Every block of a document, in order, does what the document says."""
    blocks = blocks_of(document)

    with Stage(tmp_path) as stage:
        for block in blocks:
            stage.play(block)

    assert blocks
