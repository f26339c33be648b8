"""The results file of a run that is stopped."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.serving.journal import Journal

FACTS = {"commit": "abc", "settings": {"rounds": 3}}


def test_journal_of_the_same_run_goes_on(tmp_path: Path) -> None:
    """What was measured is not measured again; who was absent has another try."""
    first = Journal(tmp_path / "results.json", FACTS)
    first.keep("served", "herdbook", 1, {"loads": []})
    first.keep("served", "ray_serve", 1, {"absent": "no"})

    again = Journal(tmp_path / "results.json", FACTS)

    assert again.is_done("served", "herdbook", 1)
    assert not again.is_done("served", "ray_serve", 1)
    assert not again.is_done("served", "herdbook", 2)


def test_journal_of_another_run_is_put_aside(tmp_path: Path) -> None:
    """Figures of two commits never meet in one file, and none are lost."""
    Journal(tmp_path / "results.json", FACTS).keep("served", "herdbook", 1, {"loads": []})

    other = Journal(tmp_path / "results.json", FACTS | {"commit": "def"})

    assert not other.is_done("served", "herdbook", 1)
    assert json.loads((tmp_path / "results.json.old").read_bytes())["commit"] == "abc"


def test_journal_keeps_the_last_word_on_a_turn(tmp_path: Path) -> None:
    """Who was absent and then took part stands there once."""
    journal = Journal(tmp_path / "results.json", FACTS)
    journal.keep("served", "ray_serve", 1, {"absent": "no"})

    journal.keep("served", "ray_serve", 1, {"loads": []})

    assert len(journal.found["runs"]) == 1
