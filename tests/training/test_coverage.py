"""The intervals hold the truth of simulated tables: the short run of benchmarks/evaluation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from scipy.stats import binom

from benchmarks.evaluation import coverage, paired, product
from benchmarks.evaluation.coverage import MEASURES, run
from benchmarks.evaluation.kind import EQUAL, KINDS
from benchmarks.evaluation.learner import logistic
from benchmarks.evaluation.paired import run as run_paired
from benchmarks.evaluation.product import PRODUCTS, judge_table
from benchmarks.evaluation.result import HERE, keep

LUCK = 0.001
"""A test of what holds fails so rarely at most; seeds are fixed, so it fails always or never."""


@pytest.mark.integration
def test_intervals_hold_the_truth() -> None:
    """Of 160 tables at least as many are covered as 93 % leave by chance."""
    kinds = [one for one in KINDS if one[1] is logistic and one[0].repeats <= 2]

    found = [table for tables in run(kinds, tables=40).values() for table in tables]

    fewest = binom.ppf(LUCK, len(found), 0.93)
    assert {name: sum(one[name].holds for one in found) >= fewest for name in MEASURES} == dict.fromkeys(
        MEASURES, True
    )


@pytest.mark.integration
def test_comparisons_of_equals_claim_nothing() -> None:
    """Of equal procedures no more are told apart than 5 % make by chance."""
    found = run_paired([pair for pair in EQUAL if pair.kind.name.startswith("halves: 2")], tables=50)

    claims = [one.is_claimed for tables in found.values() for one in tables]
    assert sum(claims) <= binom.ppf(1 - LUCK, len(claims), 0.05)


@pytest.mark.integration
def test_fresh_records_change_no_answer_about_the_table() -> None:
    """Models that are asked about fresh records are those that the evaluation tested, answer by answer."""
    kind = replace(PRODUCTS[0], n=90, folds=3)

    found = judge_table(kind, seed=5)

    assert found.differing == 0
    assert len(found.calibrated) == 3


@pytest.mark.parametrize(
    ("part", "script"), [("coverage", coverage), ("paired", paired), ("product", product)]
)
def test_tables_are_those_of_the_results(part: str, script: ModuleType) -> None:
    """The README's tables are made of results.json and nothing else."""
    results = json.loads((HERE / "results.json").read_text(encoding="utf-8"))

    written = script.to_markdown(results[part])

    assert written in (HERE / "README.md").read_text(encoding="utf-8")


def test_part_replaces_what_stood_between_its_markers(tmp_path: Path) -> None:
    """A part is written anew, and what stands around it stays."""
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- one -->\nold\n<!-- end of one -->\nafter\n", encoding="utf-8")

    keep("one", {"tables": 1}, "new\n", here=tmp_path)

    assert readme.read_text(encoding="utf-8") == (
        "before\n<!-- one -->\n\nnew\n\n<!-- end of one -->\nafter\n"
    )
    assert json.loads((tmp_path / "results.json").read_text(encoding="utf-8")) == {"one": {"tables": 1}}
