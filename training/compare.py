"""Comparing two models of the ledger: whether a difference is real, from their answers to rows never seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from herdbook.errors import PackageError
from herdbook.ledger import Ledger
from herdbook.recipe import recall_report
from herdbook.registry import model_card
from training.interval import Interval
from training.paired import NOT_SHOWN, Paired, compare_paired

OUT_OF_FOLD = "out-of-fold"
"""Kind of the report that holds a model's out-of-fold answers."""

FEWEST_COMMON = 30
"""Fewer common rows than this show no difference that could be relied on."""


@dataclass(frozen=True, eq=False)
class _Answers:
    """Out-of-fold answers of a model: numbers of the rows (n,), their classes (n,), and what was said."""

    rows: NDArray[np.int64]
    y: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    folds: NDArray[np.int64]

    @classmethod
    def read(cls, report: Mapping[str, Any], classes: Sequence[str]) -> _Answers:
        """Read a report, with a column for each of the named classes; those it has not are never said."""
        places = np.array([classes.index(name) for name in report["classes"]])
        said = np.asarray(report["probabilities"], dtype=np.float64)
        probabilities = np.zeros((*said.shape[:2], len(classes)))
        probabilities[:, :, places] = said
        rows, y, folds = (np.asarray(report[name], dtype=np.int64) for name in ("rows", "y", "folds"))
        return cls(rows, places[y], probabilities, folds)

    def take(self, places: NDArray[np.int64]) -> _Answers:
        """Take some of the rows."""
        probabilities, folds = self.probabilities[:, places], self.folds[:, places]
        return _Answers(self.rows[places], self.y[places], probabilities, folds)


def compare_models(ledger: Ledger, a: str, b: str) -> dict[str, Any]:
    """Say whether one of two models of a dataset, by their tags, is better than the other.

    Where both were tested on the same records with the same labels, record by record; else from the two
    estimates alone, which says less. Plain JSON: `is_paired`, `n_rows`, `difference` (log-loss of a minus
    that of b, in nats), `p_value`, `verdict`, `says`, `limits` and both models' `headline`.

    Raises
    ------
    ModelMissingError, PackageError
        The ledger has no such model, its card cannot be read, or the two are of different datasets.
    """
    cards = {tag: model_card(ledger, tag) for tag in (a, b)}
    if cards[a]["dataset"] != cards[b]["dataset"]:
        problem = f"it is of dataset {cards[b]['dataset']!r}, and {a} of {cards[a]['dataset']!r}"
        raise PackageError(b, problem=problem, cure="compare models of one dataset")
    between = {"a": a, "b": b, "headline": {tag: card["headline"] for tag, card in cards.items()}}
    found, limit = _find_shared(ledger, cards)
    if found is None:
        return between | _compare_apart(cards, limit)
    same = np.flatnonzero(found[0].y == found[1].y)
    if len(same) < FEWEST_COMMON:
        limit = f"only {len(same)} records have the same label in both, and {FEWEST_COMMON} are the fewest"
        return between | _compare_apart(cards, limit)
    n_relabelled = len(found[0].y) - len(same)
    return between | _compare_rows([one.take(same) for one in found], [a, b], n_relabelled=n_relabelled)


def _find_shared(ledger: Ledger, cards: Mapping[str, Any]) -> tuple[list[_Answers] | None, str]:
    """Find both models' answers to the records that both were tested on, or say why there are none."""
    if len({card["snapshot"] for card in cards.values()}) > 1:
        return None, "they were trained on different snapshots"
    reports = {tag: recall_report(ledger, OUT_OF_FOLD, tag) for tag in cards}
    if missing := [tag for tag, report in reports.items() if report is None]:
        return None, f"the ledger holds no out-of-fold answers of {missing[0]}"
    told = [report for report in reports.values() if report is not None]
    classes = sorted({name for report in told for name in report["classes"]})
    every = [_Answers.read(report, classes) for report in (told[0], told[-1])]
    return [one.take(places) for one, places in zip(every, _places(*every), strict=True)], ""


def _places(a: _Answers, b: _Answers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the places of the rows that both have, in the order of their numbers."""
    _, first, second = np.intersect1d(a.rows, b.rows, assume_unique=True, return_indices=True)
    return first, second


def _compare_rows(found: Sequence[_Answers], tags: Sequence[str], *, n_relabelled: int) -> dict[str, Any]:
    a, b = found
    n_repeats = min(len(a.probabilities), len(b.probabilities))
    paired = _compare_cautiously([one.probabilities[:n_repeats] for one in found], found, n_repeats)
    has_same_folds = np.array_equal(a.folds[:n_repeats], b.folds[:n_repeats])
    limits = [] if has_same_folds else ["their folds differ, so chance in the split stands in the difference"]
    if n_relabelled:
        limits.append(
            f"{n_relabelled:,} of {len(a.rows) + n_relabelled:,} records were left out, for the two models "
            "were taught different labels of them"
        )
    told = paired.to_json(tags[0], tags[1])
    n_rows = len(a.rows)
    says = f"{told['says']}; measured on the same {n_rows:,} records, by models that never saw them"
    counts = {"n_rows": n_rows, "n_relabelled": n_relabelled}
    return told | {"is_paired": True, **counts, "limits": limits, "says": says}


def _compare_cautiously(
    said: Sequence[NDArray[np.float64]], found: Sequence[_Answers], n_repeats: int
) -> Paired:
    """Compare over the folds of each, and believe those that show less: so the order of models is nothing."""
    over = [compare_paired(said[0], said[1], one.y, one.folds[:n_repeats]) for one in found]
    return max(over, key=lambda paired: paired.p_value)


def _compare_apart(cards: Mapping[str, Any], limit: str) -> dict[str, Any]:
    """Set two estimates of different records beside each other: the records may make the difference."""
    (a, first), (b, second) = [(tag, card["headline"].get("log_loss")) for tag, card in _both(cards)]
    nothing: dict[str, Any] = dict.fromkeys(["n_rows", "n_relabelled", "p_value"])
    nothing |= {"is_paired": False, "limits": [limit], "verdict": NOT_SHOWN}
    if first is None or second is None:
        says = f"nothing can be said of a difference: {limit}, and no log-loss stands in a card"
        return nothing | {"difference": None, "says": says}
    difference = _difference(first, second)
    lower, higher = (a, b) if difference.value < 0 else (b, a)
    says = (
        f"no difference shown: {limit}, so the records may make the difference; the log-loss of {lower} is "
        f"{abs(difference.value):.4f} nats lower than that of {higher}, each on its own records"
    )
    return nothing | {"difference": difference.to_json(), "says": says}


def _both(cards: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """List both cards, one twice if a model is set beside itself."""
    every = list(cards.items())
    return [every[0], every[-1]]


def _difference(a: Mapping[str, float], b: Mapping[str, float]) -> Interval:
    value = a["value"] - b["value"]
    below = float(np.hypot(a["value"] - a["low"], b["high"] - b["value"]))
    above = float(np.hypot(a["high"] - a["value"], b["value"] - b["low"]))
    return Interval(value, value - below, value + above, "two independent intervals")
