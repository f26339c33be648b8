"""Reports for the tests of pages: small ones written by hand, of which any size can be made."""

from __future__ import annotations

from typing import Any

NASTY = "</script><script>alert('%{x}')</script>"
"""A name that must be harmless in HTML, in JSON within HTML, and in what plotly reads as markup."""


def make_interval(value: float, reach: float = 0.02) -> dict[str, Any]:
    """Make an interval as reports have it."""
    return {"value": value, "low": value - reach, "high": value + reach, "method": "Wilson score"}


def make_discovery(
    *, n_clusters: int = 3, n_features: int = 4, n_points: int = 90, prefix: str = ""
) -> dict[str, Any]:
    """Make a whole discovery report; all names of features begin with `prefix`."""
    features = [f"{prefix}feature_{place}" for place in range(n_features)]
    clusters = [_cluster(number, n_clusters, features) for number in range(n_clusters)]
    record = dict.fromkeys(features, 1.5)
    return {
        "format": 2,
        "dataset": f"{prefix}beasts",
        "snapshot": "ab" * 32,
        "n_records": 1_000,
        "n_clusters": n_clusters,
        "n_outliers": 30,
        "parameters": _parameters(n_clusters),
        "preprocessing": {
            "skewness_bound": 1.0,
            "features": {one: {"encoding": "standardised"} for one in features},
        },
        "clusters": clusters,
        "outliers": {
            "n": 30,
            "share": 0.03,
            "threshold": {"rule": f"the {prefix}rule", "false_alarm_rate": 0.01},
            "features": _profile(features, 9.0),
            "most_outlying": [
                {
                    "row": 7,
                    "record": record,
                    "outlier_score": 0.97,
                    "why": [{"feature": features[0], "says": "far off"}],
                }
            ],
        },
        "stability": {
            "n_resamples": 2,
            "kept": 0.8,
            "adjusted_rand_index": [0.99, 0.97],
            "n_clusters": [n_clusters, n_clusters],
            "cluster_overlap": [0.9] * n_clusters,
        },
        "separability": {
            "silhouette": 0.7,
            "by_cluster": [0.7] * n_clusters,
            "nearest_pairs": [{"a": 0, "b": 1, "distance_in_spreads": 4.2, "says": "near"}],
            "says": "clusters 0 and 1 are nearest",
        },
        "map": {
            "method": "PCA",
            "explained": [0.6, 0.2],
            "axes": [{"says": f"more {features[0]}"}, {"says": "less of it"}],
            "axes_feature_loadings": [dict.fromkeys(features, 0.5), dict.fromkeys(features, -0.5)],
            "points": [
                [at % 7, at % 11, at % (n_clusters + 1) - 1, 0.01 * (at % 90), at] for at in range(n_points)
            ],
        },
        "tree": {"n_nodes": n_clusters + 1, "nodes": _nodes(n_clusters)},
        "rivals": [
            {
                "method": "k-means",
                "score_name": "silhouette",
                "scores": {"2": 0.5, "3": 0.6},
                "n_clusters": 3,
            },
            {
                "method": "Gaussian mixture",
                "score_name": "BIC",
                "scores": {"2": 50.0, "3": 40.0},
                "n_clusters": 3,
            },
        ],
        "agreement": {
            "adjusted_rand_index": 0.9,
            "contingency": {
                "kinds": ["cat", "noise"],
                "clusters": [0, 1, -1],
                "counts": [[5, 0, 1], [0, 1, 9]],
            },
            "outliers": {"precision": 0.9, "recall": 0.8, "f1": 0.85},
        },
    }


def _parameters(n_clusters: int) -> dict[str, Any]:
    row = {"share": 0.05, "factor": 0.5, "min_cluster_size": 50, "min_samples": 15, "n_clusters": n_clusters}
    scored = row | {
        "outlier_share": 0.03,
        "validity": 0.8,
        "stability": 0.9,
        "score": 0.85,
        "is_chosen": True,
    }
    other = scored | {"min_samples": 30, "validity": 0.6, "is_chosen": False}
    return {
        "method": "HDBSCAN",
        "min_cluster_size": 50,
        "min_samples": 15,
        "rule": "best score",
        "grid": [scored, other],
    }


def _cluster(number: int, n_clusters: int, features: list[str]) -> dict[str, Any]:
    record = dict.fromkeys(features, float(number))
    return {
        "cluster": number,
        "n_records": 970 // n_clusters,
        "share": 0.97 / n_clusters,
        "density": 3.0,
        "stability": 0.9,
        "median_membership": 0.8,
        "features": _profile(features, float(number)),
        "separates": [
            {"feature": one, "effect": 0.5, "measure": "Cliff's delta", "says": f"{one}: larger"}
            for one in features
        ],
        "typical": [{"row": 1, "record": record, "membership": 1.0}],
        "outlying": [{"row": 2, "record": record, "outlier_score": 0.6}],
        "admission": {
            "says": f"joins cluster {number}",
            "bounds": [{"feature": one, "unit": "m", "low": 0.0, "high": 2.0} for one in features],
        },
    }


def _profile(features: list[str], middle: float) -> dict[str, Any]:
    """Profile features of every kind in turn: number, boolean, category, and one that is always missing."""
    kinds: list[dict[str, Any]] = [
        {
            "median": middle,
            "minimum": middle - 1,
            "maximum": middle + 1,
            "middle_half": [middle - 0.5, middle + 0.5],
        },
        {"share_true": 0.25},
        {"shares": {"red": 0.7, "blue": 0.3}},
        {},
    ]
    return {one: {"unit": "m", "n_missing": 0, **kinds[place % 4]} for place, one in enumerate(features)}


def _nodes(n_clusters: int) -> list[dict[str, Any]]:
    root = {
        "node": 0,
        "parent": None,
        "density_birth": 0.0,
        "density_death": 1.0,
        "n_points": 1_000,
        "cluster": None,
    }
    leaf = {"parent": 0, "density_birth": 1.0, "density_death": None, "n_points": 900 // n_clusters}
    return [root, *(leaf | {"node": number + 1, "cluster": number} for number in range(n_clusters))]


def make_card(*, classes: tuple[str, ...] = ("cat", "dog", "eel"), prefix: str = "") -> dict[str, Any]:
    """Make what an evaluation's page needs of a card."""
    return {
        "dataset": f"{prefix}beasts",
        "classes": list(classes),
        "features": [{"name": f"{prefix}size", "type": "number", "unit": "m"}],
        "inputs": "frame",
        "shipped": {"ensemble": "vote"},
        "libraries": {"numpy": "2.1"},
        "code": "c0de",
    }


def make_evaluation(*, classes: tuple[str, ...] = ("cat", "dog", "eel"), prefix: str = "") -> dict[str, Any]:
    """Make a whole evaluation report."""
    scores = {
        name: {
            "accuracy": make_interval(at),
            "macro_f1": make_interval(at),
            "log_loss": make_interval(1 - at),
        }
        for name, at in {"vote": 0.9, "random_forest": 0.88, "majority": 0.4}.items()
    }
    bins = [
        {"from": 0.5, "to": 0.6, "n": 9, "confidence": 0.55, "accuracy": 0.6, "low": 0.3, "high": 0.8},
        {"from": 0.9, "to": 1.0, "n": 90, "confidence": 0.97, "accuracy": 0.95, "low": 0.9, "high": 0.98},
    ]
    control = {
        "name": "shuffled_labels",
        "title": "Shuffled labels fall to chance",
        "says": "they do",
        "facts": {"p_value": 0.05},
    }
    rule = {
        "name": "plain_rule",
        "title": "No plain rule",
        "passed": False,
        "says": f"{prefix}size > 3",
        "facts": {},
    }
    pair = {"a": "vote", "b": "random_forest", "inputs_a": "frame", "inputs_b": "frame", "p_value": 0.3}
    return {
        "format": 1,
        "model": f"{prefix}beasts:0123456789ab",
        "dataset": f"{prefix}beasts",
        "snapshot": "ab" * 32,
        "design": {"outer_folds": 5, "repeats": 2, "inner_folds": 3, "n_rows": 99, "method": "nested folds"},
        "scores": {"frame": scores, "frame+clusters": scores},
        "paired": [
            pair | {"difference": make_interval(-0.01), "verdict": "no difference shown", "says": "alike"}
        ],
        "decision": {"ensemble": "vote", "inputs": "frame", "why": ["the plainer one"]},
        "calibration": {
            "chosen": "temperature",
            "why": "it helps",
            "methods": {"none": {"log_loss": 0.3, "brier": 0.2, "ece": 0.1}},
            "reliability": {"before": bins[:1], "after": bins},
        },
        "confusion": {"classes": list(classes), "counts": _counts(len(classes))},
        "classes": [_class(name, is_too_rare=name == classes[-1]) for name in classes],
        "controls": [control | {"passed": True}, rule, control | {"title": "Undecided", "passed": None}],
        "learning_curve": {"says": "more would help", "points": [_learned(20, 0.5), _learned(40, 0.4)]},
        "importance": {"measure": "nats", "features": [{"name": f"{prefix}size", **make_interval(0.3)}]},
        "costs": [
            {"member": "random_forest", "settings": {"n": 5}, "fit_cpu_s": 0.2, "predict_us_per_row": 9.0}
        ],
        "search": {
            "completed": [{"member": "random_forest", "settings": {"n": 5}}],
            "dropped": [{"member": "rbf_svm", "settings": {}, "why": "the budget was spent"}],
            "budget_cpu_s": 60,
            "spent_cpu_s": 58,
        },
        "agreement": None,
        "fold_discovery": {"says": "folds agree", "adjusted_rand_index": [0.98, 0.99], "n_clusters": [3, 3]},
    }


def _counts(n_classes: int) -> list[list[int]]:
    return [[30 if row == column else 1 for column in range(n_classes)] for row in range(n_classes)]


def _class(name: str, *, is_too_rare: bool) -> dict[str, Any]:
    scores = {"precision": make_interval(0.9), "recall": None if is_too_rare else make_interval(0.8)}
    return {"name": name, "n": 32, **scores, "is_too_rare": is_too_rare, "says": f"rows of {name}"}


def _learned(n_rows: int, loss: float) -> dict[str, Any]:
    return {"n_rows": n_rows, "log_loss": make_interval(loss), "accuracy": make_interval(1 - loss)}
