"""Controls of a sample: what they say is of the evaluated records, unless the table was counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.evaluation import plant
from tests.training.evidence import gather, run_on
from training.control import FREE
from training.control.rarity import check_rarity, fewest_records
from training.split import FEWEST_PER_CLASS


@pytest.mark.parametrize(
    ("n_in_table", "advice"),
    [
        (900, "Claim nothing about it: the table has more, but its sample holds each class in its share."),
        (15, "Claim nothing about it, and gather more such records."),
    ],
)
def test_rare_class_of_a_sample_is_told_beside_the_count_of_the_table(n_in_table: int, advice: str) -> None:
    """A class is short of evaluated records; that more must be gathered is said only if the table is too."""
    table = plant.make_clean(5)
    kept = np.concatenate([np.flatnonzero(table.y != 2), np.flatnonzero(table.y == 2)[:9]])
    few = plant.Table(table.dataset, table.frame[kept], table.y[kept], table.classes)

    found = check_rarity(replace(gather(few), totals=np.array([9_000, 9_000, n_in_table])))

    assert found.says.startswith(f"'kind-2' (9 of {n_in_table}) has fewer than 16 records")
    assert found.says.endswith(advice)
    assert found.facts["in_table"] == {"kind-2": n_in_table}


def test_drawn_class_is_large_enough_to_be_tested_and_too_small_for_claims() -> None:
    """What folds need of a rare class shows no recall, so rarity must speak of sample and table both."""
    assert fewest_records() > FEWEST_PER_CLASS


def test_findings_about_a_sample_say_of_which_records_they_are() -> None:
    """No copies among the evaluated records does not mean none in the table."""
    table = plant.make_clean(5, n=60)

    found = run_on(table, totals=100 * np.bincount(table.y), only=FREE)

    assert len(found) == len(FREE)
    assert all(one["says"].startswith("Among the 60 evaluated of 6,000 labelled records: ") for one in found)
