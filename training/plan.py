"""The plan of an evaluation: folds and candidates, laid out before anything is fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.dataset import Dataset
from herdbook.errors import TrainingError
from training.engine.fold import Split
from training.member import (
    INNER_FOLDS,
    MOST_REPEATS,
    TESTED_ROWS,
    Candidate,
    Effort,
    list_candidates,
    pass_over,
)
from training.split import Rows, deal


@dataclass(frozen=True, eq=False)
class Plan:
    """What an evaluation will do: folds of the accepted rows, candidates and folds of the search inside.

    Attributes
    ----------
    folds
        The outer fold that each accepted row is tested in, by repeat: shape (R, n_all).
    passed_over
        Members whose candidates are not tried at all, by name, and why.
    n_fitted
        How many labelled rows the last fit will have, where they are more than those evaluated; else 0.
    """

    folds: NDArray[np.int64]
    candidates: list[Candidate]
    inner_folds: int
    seed: int
    voting: str
    passed_over: Mapping[str, str] = field(default_factory=dict)
    n_fitted: int = 0

    @property
    def repeats(self) -> int:
        """How often the folds are dealt out anew."""
        return len(self.folds)

    @property
    def outer_folds(self) -> int:
        """Number of outer folds of a repeat."""
        return int(self.folds.max()) + 1

    @property
    def fits_per_inputs(self) -> int:
        """Number of fits of members for one kind of inputs."""
        return self.repeats * self.outer_folds * (self.inner_folds + 1) * len(self.candidates)

    @property
    def splits(self) -> list[Split]:
        """List the outer splits, repeat by repeat."""
        return [
            Split(repeat, number, fold == number, self.inner_folds, (self.seed, repeat, number + 1))
            for repeat, fold in enumerate(self.folds)
            for number in range(self.outer_folds)
        ]


def plan_evaluation(  # noqa: PLR0913 - what is planned, and what bounds it, each by its name
    dataset: Dataset,
    rows: Rows,
    *,
    effort: Effort,
    seed: int,
    n_fitted: int | None = None,
    only: Sequence[Mapping[str, Any]] | None = None,
    repeats: int | None = None,
) -> Plan:
    """Lay out the folds and candidates before anything is fitted.

    Folds are dealt out anew until 1,000 rows were tested in all, since few rows say little and which of them
    fall together matters; at most as often as the effort allows, and once for 1,000 rows or more.

    Parameters
    ----------
    n_fitted
        How many labelled rows the last fit will have, where those given are a sample of them.
    only
        Replays a search: the candidates that it finished, each with `member` and `settings`.
    repeats
        Replays a search: how many repeats it had.

    Raises
    ------
    TrainingError
        A candidate to replay is none that this version tries.
    """
    counts = np.bincount(rows.y)
    n_folds = min(dataset.training.folds, int(counts[counts > 0].min()))
    n, most = len(rows.y), MOST_REPEATS[effort]
    n_repeats = repeats or min(most, max(1, TESTED_ROWS // n))
    folds = _deal(rows, outer_folds=n_folds, repeats=n_repeats, seed=seed)
    inner_folds = INNER_FOLDS[effort]
    n_smallest = n * (n_folds - 1) * (inner_folds - 1) // (n_folds * inner_folds)
    passed_over = pass_over(dataset.training.members, n_rows=n_fitted or n)
    members = [name for name in dataset.training.members if name not in passed_over]
    candidates = list_candidates(members, effort=effort, n_rows=n_smallest)
    if only is not None:
        candidates = _replay(dataset, candidates, only)
    more = n_fitted if n_fitted and n_fitted > n else 0
    return Plan(folds, candidates, inner_folds, seed, dataset.training.voting, passed_over, more)


def narrow(plan: Plan, rows: Rows, *, outer_folds: int, repeats: int) -> Plan:
    """Deal out fewer folds, or fewer times; the candidates stay."""
    return replace(plan, folds=_deal(rows, outer_folds=outer_folds, repeats=repeats, seed=plan.seed))


def _deal(rows: Rows, *, outer_folds: int, repeats: int, seed: int) -> NDArray[np.int64]:
    return np.stack([deal(rows.label, folds=outer_folds, seed=(seed, one)) for one in range(repeats)])


def _replay(
    dataset: Dataset, candidates: Sequence[Candidate], only: Sequence[Mapping[str, Any]]
) -> list[Candidate]:
    wanted = [dict(one) for one in only]
    kept = [one for one in candidates if one.to_json() in wanted]
    if len(kept) != len(wanted) or not kept:
        problem = f"of {len(wanted)} candidates to fit again this version knows {len(kept)}"
        raise TrainingError(dataset.name, problem=problem, cure="train with the version that made the model")
    return kept
