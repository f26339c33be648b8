"""Comparing two models of the ledger: record by record where that is possible, and said where it is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from herdbook.errors import PackageError
from herdbook.ledger import Ledger
from herdbook.registry import publish
from herdbook.report import write_report
from tests.fixtures.models import build_small_package, dataset_named
from training.compare import OUT_OF_FOLD, compare_models

CLASSES = ["setosa", "versicolor", "virginica"]
N = 120


def keep_model(
    ledger: Ledger,
    folder: Path,
    *,
    confidence: float | None,
    loss: float = 0.1,
    n_relabelled: int = 0,
    dealt: int | None = None,
    **changed: Any,
) -> str:
    """Publish a small model and, unless confidence is None, answers that are so confident in the truth."""
    headline = {"log_loss": {"value": loss, "low": loss - 0.02, "high": loss + 0.02, "method": "any"}}
    card = {"headline": headline, "snapshot": "a" * 64, "seed": folder.name} | changed
    build_small_package(folder, dataset_named("iris"), card=card)
    tag = publish(ledger, folder)
    if confidence is not None:
        y = np.arange(N) % 3
        y[:n_relabelled] = (y[:n_relabelled] + 1) % 3
        truth, said = np.eye(3)[y], confidence + 0.05 * np.sin(np.arange(N))[:, None]
        answers = truth * said + (1 - truth) * (1 - said) / 2
        folds = y * 2 if dealt is None else np.random.default_rng(dealt).permutation(N) % 5
        report = {"rows": list(range(N)), "y": y.tolist(), "classes": CLASSES, "folds": [folds.tolist()]}
        report |= {"model": tag, "snapshot": card["snapshot"], "probabilities": [answers.tolist()]}
        write_report(ledger, "iris", OUT_OF_FOLD, report)
    return tag


@pytest.mark.parametrize(
    ("confidence", "verdict"), [(0.5, "a is better"), (0.9, "b is better"), (0.7, "no difference shown")]
)
def test_models_are_compared_on_the_same_records(
    ledger: Ledger, tmp_path: Path, confidence: float, verdict: str
) -> None:
    """Whose answers to the same records are shown to be better is told, with an interval."""
    a = keep_model(ledger, tmp_path / "a", confidence=0.7)
    b = keep_model(ledger, tmp_path / "b", confidence=confidence)

    found = compare_models(ledger, a, b)

    assert (found["is_paired"], found["n_rows"], found["verdict"]) == (True, N, verdict)
    assert found["difference"]["low"] <= found["difference"]["value"] <= found["difference"]["high"]
    assert str(N) in found["says"]


def test_records_of_two_labels_are_left_out_and_counted(ledger: Ledger, tmp_path: Path) -> None:
    """A record of which two models were taught different labels is compared by neither."""
    a = keep_model(ledger, tmp_path / "a", confidence=0.7)
    b = keep_model(ledger, tmp_path / "b", confidence=0.8, n_relabelled=7)

    found = compare_models(ledger, a, b)

    assert (found["n_rows"], found["n_relabelled"]) == (N - 7, 7)
    assert any(f"7 of {N} records were left out" in limit for limit in found["limits"])


def test_order_of_the_models_is_nothing(ledger: Ledger, tmp_path: Path) -> None:
    """Whichever model is named first, the same is shown, although their folds differ."""
    a = keep_model(ledger, tmp_path / "a", confidence=0.70, dealt=1)
    b = keep_model(ledger, tmp_path / "b", confidence=0.72, dealt=2)

    one, other = compare_models(ledger, a, b), compare_models(ledger, b, a)

    assert one["p_value"] == pytest.approx(other["p_value"])
    assert one["difference"]["low"] == pytest.approx(-other["difference"]["high"])


def test_model_does_not_differ_from_itself(ledger: Ledger, tmp_path: Path) -> None:
    """The same tag twice is no difference."""
    tag = keep_model(ledger, tmp_path / "a", confidence=0.7)

    assert compare_models(ledger, tag, tag)["verdict"] == "no difference shown"


@pytest.mark.parametrize(
    ("changed", "limit"),
    [({"snapshot": "b" * 64}, "different snapshots"), ({"confidence": None}, "no out-of-fold answers")],
)
def test_other_records_are_compared_apart(
    ledger: Ledger, tmp_path: Path, changed: dict[str, Any], limit: str
) -> None:
    """Estimates from other records stand beside each other, and the verdict stays open."""
    a = keep_model(ledger, tmp_path / "a", confidence=0.7, loss=0.1)
    b = keep_model(ledger, tmp_path / "b", **({"confidence": 0.7, "loss": 0.5} | changed))

    found = compare_models(ledger, a, b)

    assert (found["is_paired"], found["p_value"]) == (False, None)
    assert found["verdict"] == "no difference shown"
    assert limit in found["says"]
    assert found["difference"]["high"] < 0


def test_models_of_two_datasets_are_refused(ledger: Ledger, tmp_path: Path) -> None:
    """What was measured on another table is no comparison."""
    wine = dataset_named("iris").model_copy(update={"name": "wine"})
    build_small_package(tmp_path / "wine", wine, card={"headline": {}, "snapshot": "a" * 64})
    other = publish(ledger, tmp_path / "wine")

    with pytest.raises(PackageError, match=r"of dataset 'wine'.*compare models of one dataset"):
        compare_models(ledger, keep_model(ledger, tmp_path / "a", confidence=0.7), other)
