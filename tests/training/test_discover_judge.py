"""The judge of discovery, run shortly: the whole run and its figures are in benchmarks/discovery."""

from __future__ import annotations

import pytest

from benchmarks.discovery.judge import main


@pytest.mark.integration
def test_judge_finds_nothing_short_in_a_quick_run(capsys: pytest.CaptureFixture[str]) -> None:
    """A few herds of any order and units, iris and scattered records come out as they should."""
    assert main(["--quick"]) == 0
    assert "| 500 | 5% | baseline | 2/2 | 2/2 |" in capsys.readouterr().out
