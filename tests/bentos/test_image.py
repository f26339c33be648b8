"""The image of a Bento installs what its model needs, and no more."""

from __future__ import annotations

import pytest

from bentos.image import describe_image
from tests.fixtures.service import ROOT


@pytest.mark.parametrize(
    ("has_graph", "libraries"), [(True, set()), (False, {"scikit-learn", "scipy", "skops"})]
)
def test_image_has_scikit_learn_only_without_a_graph(*, has_graph: bool, libraries: set[str]) -> None:
    """A graph is served by ONNX Runtime, which is in both images, and a pipeline by what fitted it."""
    required = describe_image(ROOT, has_graph=has_graph).python_requirements

    names = {line.partition("==")[0] for line in required.splitlines() if "==" in line}

    assert names & {"scikit-learn", "scipy", "skops", "hdbscan", "numba", "pandas"} == libraries
    assert {"bentoml", "numpy", "onnxruntime"} <= names
