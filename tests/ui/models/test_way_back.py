"""Where a roll back leads: to where the service would go by itself."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from herdbook import keys
from herdbook.errors import HerdbookError
from herdbook.generation import list_generations, promote, roll_back
from herdbook.ledger import open_ledger
from ui.models.way_back import WayBack, find_way_back


def test_way_back_is_said_with_its_model_and_its_number():
    """A person reads which model serves then, before anything is pushed."""
    said = WayBack(3, 1, "iris:1").say("iris:2")

    assert said == "Rolling back from iris:2 lets iris:1 of generation 1 serve again."


def test_way_back_of_one_champion_is_none():
    """Without another champion there is nowhere to go back to."""
    assert find_way_back([]) is None
    assert find_way_back([{"number": 1, "champion": "iris:1", "evidence": {}}]) is None


@pytest.mark.parametrize(
    "acts", ["12", "121", "12<", "123<", "123<<", "123<4<<", "12<1<", "123<2<", "1231<<<"]
)
def test_way_back_is_that_of_the_service(acts: str, tmp_path: Path):
    """After any promotions (a digit) and roll backs (<), the page names what the service would choose."""
    ledger = open_ledger(str(tmp_path / "ledger"))
    for letter in "1234":
        ledger.create(keys.model_file("iris", letter * 64, "manifest.json"), letter.encode())
    for act in acts:
        if act == "<":
            try:
                roll_back(ledger, "iris", who="a", why="b")
            except HerdbookError:
                break
        else:
            promote(ledger, "iris", f"iris:{act * 12}", who="a", why="b")
    found = find_way_back([asdict(one) for one in reversed(list_generations(ledger, "iris"))])
    try:
        before = list_generations(ledger, "iris")[-1].number
        went = roll_back(ledger, "iris", who="a", why="b")
    except HerdbookError:
        assert found is None
    else:
        assert found == WayBack(before, went.evidence["rolled_back_to"], went.champion)
