"""Labels that are a plain rule of the features, which needs no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from training.control.ahead import can_look_ahead
from training.control.column import TreeColumn, make_columns, stack
from training.control.finding import Evidence, Finding, percent, skill
from training.control.grow import Grower, Grown, Matrix, grow_ahead, grow_alone, grow_greedy
from training.control.way import Way, answer_by_ways, write_way
from training.diagnose.heldout import deal_folds, sample_rows
from training.interval import wilson

NAME, TITLE = "plain_rule", "The labels are more than a plain rule of the features"
MOST_ROWS = 5_000
FOLDS = 5
DEEPEST = 3
"""Questions on the way to an answer: three are read at a glance."""
FEWEST_ANSWERS = 8
"""As many as three questions part; rules of more classes may have two answers for each class."""
LEAST_SKILL = 0.99
"""Of the labels that the printed rule was made from: with less, the labels stray from it too often."""
LEAST_HELD_OUT, LEAST_BOUND = 0.95, 0.9
"""Skill on rows held out, where a bound learned from fewer rows may lie beside the true one, and the least of
the accuracy's interval: with fewer than 35 records, a tree may fit them by accident."""
LEAST_HELD_OUT_NEARLY = 0.98
"""The same of a rule that does not give every label: a few answers fit classes that merely lie far apart."""
MOST_TOLD = 10


@dataclass(frozen=True, eq=False)
class _Sample:
    """The rows (n,) that trees are grown on, with labels that count from 0 without a gap."""

    columns: list[TreeColumn]
    frame: NDArray[np.float64]
    matrix: Matrix
    y: NDArray[np.int64]
    folds: NDArray[np.int64]

    @property
    def majority(self) -> float:
        return float(np.bincount(self.y).max()) / len(self.y)

    def share(self, found: NDArray[np.int64]) -> float:
        return float((found == self.y).mean())


@dataclass(frozen=True, eq=False)
class _Tried:
    """How a tree is grown, and the one grown on all rows, with its share of their labels."""

    sample: _Sample
    grow: Grower
    grown: Grown
    share: float

    @cached_property
    def held_out(self) -> float:
        """Share of the labels that trees grown alike give on rows held out: dear, so only where it counts."""
        sample, found = self.sample, np.full(len(self.sample.y), -1)
        for fold in np.unique(sample.folds):
            test = sample.folds == fold
            grown = self.grow(sample.matrix[~test], sample.y[~test])
            found[test] = grown.predict(sample.matrix[test])
        return sample.share(found)

    @property
    def is_rule(self) -> bool:
        """Whether it gives nearly every label, of rows that it never saw too."""
        n, majority = len(self.sample.y), self.sample.majority
        least = LEAST_HELD_OUT if self.share == 1 else LEAST_HELD_OUT_NEARLY
        return (
            skill(self.share, majority) >= LEAST_SKILL
            and skill(self.held_out, majority) >= least
            and wilson(self.held_out * n, n).low >= LEAST_BOUND
        )


def check_rule(evidence: Evidence) -> Finding:
    """Grow trees small enough to be read, and print the plainest that gives the labels of rows it never saw.

    A rule that gives every label goes before a plainer one that nearly does, unless it holds less well on
    rows held out: then it only spells out the strays.
    """
    rows = sample_rows(evidence.y, at_most=MOST_ROWS, seed=evidence.seed)
    frame, (seen, y) = evidence.frame[rows], np.unique(evidence.y[rows], return_inverse=True)
    columns = make_columns(evidence.dataset, frame)
    if len(seen) < 2 or not columns:
        return Finding(NAME, TITLE, None, "All labels are the same, or no feature has a value.", {})
    sample = _Sample(columns, frame, stack(columns), y, deal_folds(y, FOLDS, seed=evidence.seed))
    tried = [_try(sample, grower) for grower in _list_growers(sample)]
    if chosen := _choose(tried):
        ways = [replace(one, label=int(seen[one.label])) for one in chosen.grown.trace(columns, frame)]
        return _tell(evidence, ways, chosen)
    return _deny(sample, max(tried, key=lambda one: one.share))


def _list_growers(sample: _Sample) -> list[Grower]:
    """List the ways to grow a tree, the plainest first."""
    leaves, looks = _count_answers(sample), _looks_ahead(sample)
    growers = [grow_greedy(depth=1)]
    for depth in range(2, DEEPEST + 1):
        growers += [grow_greedy(depth=depth), *([grow_ahead(depth=depth)] if looks else [])]
    return [*growers, grow_alone(sample.columns, leaves=leaves), grow_greedy(leaves=leaves)]


def _count_answers(sample: _Sample) -> int:
    return max(FEWEST_ANSWERS, 2 * (int(sample.y.max()) + 1))


def _looks_ahead(sample: _Sample) -> bool:
    return can_look_ahead(len(sample.columns), int(sample.y.max()) + 1)


def _try(sample: _Sample, grow: Grower) -> _Tried:
    grown = grow(sample.matrix, sample.y)
    return _Tried(sample, grow, grown, sample.share(grown.predict(sample.matrix)))


def _choose(tried: Sequence[_Tried]) -> _Tried | None:
    first = next((one for one in tried if one.is_rule), None)
    if first is None or first.share == 1:
        return first
    exact = (one for one in tried if one.share == 1 and one.held_out >= first.held_out)
    return next(exact, first)


def _tell(evidence: Evidence, ways: Sequence[Way], chosen: _Tried) -> Finding:
    share = float((answer_by_ways(ways, evidence.frame) == evidence.y).mean())
    rules = [write_way(way, evidence.dataset, evidence.frame, evidence.classes) for way in ways]
    amount, feat = "every label", "Perfect"
    if share < 1:
        amount, feat = f"nearly every label, {percent(share)}", "Nearly perfect"
    told = "; ".join(rules[:MOST_TOLD])
    rest = f"; and {len(rules) - MOST_TOLD} more" if len(rules) > MOST_TOLD else ""
    says = (
        f"A plain rule gives {amount} ({len(evidence.y):,} records; learned anew without them, "
        f"{percent(chosen.held_out)} of rows held out): {told}{rest}. {feat} scores are no feat here: ask "
        "whether the rule made the labels, and whether the rule itself would not do."
    )
    facts = {
        "is_exact": share == 1,
        "n_questions": max(len(way.spans) for way in ways),
        "share_right": share,
        "share_held_out": chosen.held_out,
        "chance_accuracy": evidence.majority,
        "rules": rules,
    }
    return Finding(NAME, TITLE, False, says, facts)


def _deny(sample: _Sample, best: _Tried) -> Finding:
    first = "the first also chosen with the second in view" if _looks_ahead(sample) else "each chosen alone"
    answers = _count_answers(sample)
    says = (
        f"No plain rule was found: no greedy tree of up to {DEEPEST} questions ({first}), nor one of up to "
        f"{answers} answers, from one feature or all, gives the labels. The best of these gives "
        f"{percent(best.share)} of them and {percent(best.held_out)} of rows held out, always answering the "
        f"most frequent class {percent(sample.majority)}."
    )
    facts = {
        "share_right": best.share,
        "share_held_out": best.held_out,
        "chance_accuracy": sample.majority,
        "most_questions": DEEPEST,
        "most_answers": answers,
        "looks_ahead": _looks_ahead(sample),
    }
    return Finding(NAME, TITLE, True, says, facts)
