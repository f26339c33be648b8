"""A discovery's report for the tests of pages, of any size."""

from __future__ import annotations

from typing import Any


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
