"""What a training is started with."""

from __future__ import annotations

import pytest

from ui.train.form import read_form


def test_form_reads_numbers():
    """Seed and budget are numbers, and what is empty is left to the dataset."""
    assert read_form("thorough", True, "7", "1.5", True) == {
        "effort": "thorough",
        "seed": 7,
        "budget_cpu_s": 1.5,
        "again": True,
        "ingest": True,
    }


@pytest.mark.parametrize("seed", ["-1", "1.5", "seven", "4294967296", "٣"])
def test_form_refuses_a_seed_in_a_sentence(seed: str):
    """A seed is a whole number of 32 bits."""
    with pytest.raises(ValueError, match="give a whole number from 0 to 4,294,967,295"):
        read_form("quick", False, seed, "", False)


@pytest.mark.parametrize("budget", ["0", "-3", "nan", "inf", "soon"])
def test_form_refuses_a_budget_in_a_sentence(budget: str):
    """A budget is above nothing, and finite."""
    with pytest.raises(ValueError, match="give a number of CPU-seconds above 0"):
        read_form("quick", False, "", budget, False)
