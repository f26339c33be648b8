"""The members of the vote: what each is and which of its settings are tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Literal

from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

Effort = Literal["quick", "thorough"]

CALIBRATION_FOLDS = 3
"""Folds in which an SVM's scores become probabilities (Platt, 1999)."""

INNER_FOLDS: dict[str, int] = {"quick": 3, "thorough": 5}

MOST_REPEATS: dict[str, int] = {"quick": 2, "thorough": 10}
TESTED_ROWS = 1_000
"""Folds are dealt out anew until so many rows were tested in all, or as often as the effort allows."""

GRIDS: dict[str, dict[str, dict[str, tuple[Any, ...]]]] = {
    "quick": {
        "logistic_regression": {"C": (0.1, 1.0, 10.0)},
        "rbf_svm": {"C": (1.0, 10.0, 100.0)},
        "random_forest": {"min_samples_leaf": (1, 5)},
        "extra_trees": {"min_samples_leaf": (1, 5)},
        "hist_gradient_boosting": {"max_leaf_nodes": (7, 31)},
        "k_nearest_neighbors": {"n_neighbors": (3, 9, 27)},
    },
    "thorough": {
        "logistic_regression": {"C": (0.01, 0.1, 1.0, 10.0, 100.0)},
        "rbf_svm": {"C": (1.0, 10.0, 100.0), "gamma": ("scale", 0.03, 0.3)},
        "random_forest": {"min_samples_leaf": (1, 2, 5, 10), "max_features": ("sqrt", 0.7)},
        "extra_trees": {"min_samples_leaf": (1, 2, 5, 10), "max_features": ("sqrt", 0.7)},
        "hist_gradient_boosting": {"max_leaf_nodes": (7, 15, 31), "learning_rate": (0.05, 0.15)},
        "k_nearest_neighbors": {"n_neighbors": (3, 5, 9, 15, 27), "weights": ("uniform", "distance")},
    },
}
"""Every member's settings by effort, the first of equals wins."""

MOST_ROWS: dict[str, int] = {"rbf_svm": 20_000, "k_nearest_neighbors": 100_000}
"""Members that are left out where more rows are labelled, unless no other is asked for.

What an SVM takes grows with the square of the rows or faster, what neighbours take to answer all rows with
their square: beyond these bounds a search takes hours, and at some hundred thousand rows days.
"""

LEAF = "min_samples_leaf"
"""The setting of forests that tells how large their trees grow, and with them the model."""

FIXED: dict[str, dict[str, Any]] = {
    "logistic_regression": {"max_iter": 2_000},
    "random_forest": {"n_estimators": 50},
    "extra_trees": {"n_estimators": 50},
    "hist_gradient_boosting": {"max_iter": 50, "early_stopping": False},
}


@dataclass(frozen=True)
class Candidate:
    """A member with one choice of settings."""

    member: str
    settings: tuple[tuple[str, Any], ...]

    def build(self, *, seed: int, n_rows: int | None = None) -> Any:
        """Build the unfitted classifier; of `n_rows` rows no more than all are taken for neighbours."""
        settings = FIXED.get(self.member, {}) | dict(self.settings)
        if n_rows is not None and "n_neighbors" in settings:
            settings["n_neighbors"] = min(settings["n_neighbors"], n_rows)
        match self.member:
            case "logistic_regression":
                return LogisticRegression(**settings)
            case "rbf_svm":
                return CalibratedClassifierCV(SVC(**settings), ensemble=False, cv=CALIBRATION_FOLDS)
            case "random_forest":
                return RandomForestClassifier(random_state=seed, **settings)
            case "extra_trees":
                return ExtraTreesClassifier(random_state=seed, **settings)
            case "hist_gradient_boosting":
                return HistGradientBoostingClassifier(random_state=seed, **settings)
            case _:
                return KNeighborsClassifier(**settings)

    def carry(self, times: float) -> Candidate:
        """Carry settings that were chosen on a sample to so many times as many rows.

        A leaf then holds the same share of the rows, so that trees grow hardly larger than those that were
        evaluated; a forest whose leaves hold one of a million rows would take more than a gigabyte. A leaf
        holds whole rows, so that of one row stays as it is up to one and a half times as many. Other settings
        are kept: `C` weighs one row against the penalty, leaves of a boosted tree are few whatever the rows,
        and neighbours are not tried on so many rows unless they alone are asked for.
        """
        carried = [(name, round(value * times) if name == LEAF else value) for name, value in self.settings]
        return replace(self, settings=tuple(carried))

    def describe(self) -> dict[str, Any]:
        """Give all settings that differ from scikit-learn's own, as plain JSON values."""
        return FIXED.get(self.member, {}) | dict(self.settings)

    def to_json(self) -> dict[str, Any]:
        """Give the member's name and its settings as plain JSON values."""
        return {"member": self.member, "settings": self.describe()}


def pass_over(members: Sequence[str], *, n_rows: int) -> dict[str, str]:
    """Give by name the members that so many labelled rows are too many for, each with the reason."""
    found = {
        name: f"{n_rows:,} rows are labelled, and it is not tried on more than {MOST_ROWS[name]:,}"
        for name in members
        if n_rows > MOST_ROWS.get(name, n_rows)
    }
    return found if len(found) < len(members) else {}


def list_candidates(members: Sequence[str], *, effort: Effort, n_rows: int) -> list[Candidate]:
    """List the members' candidates in order; more neighbours than a quarter of `n_rows` are not tried."""
    found = []
    for member in members:
        grid = GRIDS[effort][member]
        for values in product(*grid.values()):
            settings = dict(zip(grid, values, strict=True))
            if settings.get("n_neighbors", 0) <= n_rows // 4:
                found.append(Candidate(member, tuple(settings.items())))
    return found
