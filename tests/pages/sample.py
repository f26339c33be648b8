"""A card and an evaluation's report for the tests of pages, and a name that must do no harm."""

from __future__ import annotations

from typing import Any

NASTY = "</script><script>alert('%{x}')</script>"
"""A name that must be harmless in HTML, in JSON within HTML, and in what plotly reads as markup."""


def make_interval(value: float, reach: float = 0.02) -> dict[str, Any]:
    """Make an interval as reports have it."""
    return {"value": value, "low": value - reach, "high": value + reach, "method": "Wilson score"}


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
            "methods": {"none": {"log_loss": 0.3, "brier": 0.2, "ece": 0.1, "ece_by_chance": 0.05}},
            "nested": {
                "before": {"log_loss": 0.31, "brier": 0.21, "ece": 0.11, "ece_by_chance": 0.06},
                "after": {"log_loss": 0.28, "brier": 0.19, "ece": 0.09, "ece_by_chance": 0.05},
            },
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
