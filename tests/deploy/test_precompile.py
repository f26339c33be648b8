"""What is compiled when an image is built, and what is left out."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from deploy.precompile import load


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give a package whose modules stand on libraries that are not there."""
    folder = tmp_path / "barn"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "whole.py").write_text("import json\n")
    (folder / "lacking.py").write_text("import no_such_library.part\n")
    (folder / "broken.py").write_text("import barn.no_such_module\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "barn"


def test_module_of_a_library_that_is_left_out_is_passed_over(
    package: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is named with what it lacks; the others are loaded."""
    load("barn.lacking", [package])
    load("barn.whole", [package])

    assert "barn.lacking is left out, since no_such_library is not installed" in capsys.readouterr().out
    assert "barn.whole" in sys.modules


def test_module_that_lacks_one_of_ours_is_an_error(package: str) -> None:
    """What of ours is missing is no library that was left out."""
    with pytest.raises(ModuleNotFoundError, match=r"barn\.no_such_module"):
        load("barn.broken", [package])
