"""Reproducing a model: trained anew by its recipe, its answers are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from herdbook.errors import PackageError
from herdbook.ledger import Ledger
from herdbook.registry import publish
from tests.fixtures.models import Models, build_small_package, dataset_named
from training.reproduce import reproduce


@pytest.mark.integration
def test_model_is_reproduced(trained: Models) -> None:
    """The same recipe gives the same files, and nothing is written to the ledger."""
    tag = trained.second_animals_tag
    before = [entry.key for entry in trained.ledger.list("")]

    found = reproduce(trained.ledger, tag, jobs=1)

    assert (found["is_same_version"], found["same_label_share"]) == (True, 1.0)
    assert found["largest_probability_difference"] == 0
    assert (found["code_differs"], found["libraries_differ"]) == (False, {})
    assert "reproduced to the last bit" in found["says"]
    assert [entry.key for entry in trained.ledger.list("")] == before


def test_model_without_a_recipe_says_so(ledger: Ledger, tmp_path: Path) -> None:
    """A model of an older Herdbook cannot be replayed; the sentence says what can be done."""
    build_small_package(tmp_path, dataset_named("iris"), card={"recipe": "d" * 64})
    tag = publish(ledger, tmp_path)

    with pytest.raises(PackageError, match=r"no recipe of it.*herdbook train --snapshot ID"):
        reproduce(ledger, tag)
