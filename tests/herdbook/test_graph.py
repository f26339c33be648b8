"""Graphs: what serves a compiled package, and what it does without."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from herdbook.classifier import SkopsClassifier
from herdbook.clusters import Clusters
from herdbook.errors import PackageError
from herdbook.graph import GraphClassifier
from herdbook.neighbour_vote import NeighbourVote
from herdbook.package import build_package, read_card, verify_package
from herdbook.predictor import Predictor, join, load_classifier
from tests.fixtures.models import ROOT, dataset_named, small_frame
from tests.training.compile.small import build_compiled_package

IRIS = dataset_named("iris")
FOREIGN = ("hdbscan", "numba", "pandas", "scipy", "sklearn", "skops")

IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
import numpy as np
from herdbook.dataset import load_dataset
from herdbook.predictor import Predictor
predictor = Predictor.load(Path(sys.argv[1]), load_dataset(Path("datasets/iris.toml")))
rows = np.array([[2.1, 2.2, 2.05, 2.15], [7.1, 7.2, 7.05, np.nan]] * 20)
print(len(predictor.predict(rows).label), len(predictor.predict(rows[:1]).label))
print([name for name in sys.argv[2:] if name in sys.modules])
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the package of a small iris model, all six members in its graph."""
    folder = tmp_path_factory.mktemp("compiled") / "package"
    build_compiled_package(folder)
    return folder


def repack(source: Path, folder: Path, *, graph: bytes | None, card: dict[str, object] | None = None) -> Path:
    """Build a package anew with another graph and other facts in its card; its manifest is right."""
    build_package(
        folder,
        card=read_card(source) | (card or {}),
        model=(source / "model.skops").read_bytes(),
        clusters=Clusters.load(source / "clusters.npz"),
        graph=graph,
        neighbours=NeighbourVote.load(source / "neighbours.npz"),
    )
    return folder


def test_compiled_package_serves_by_its_graph(compiled: Path) -> None:
    """Its answers are those of the reference, which lies beside it and is not loaded."""
    predictor = Predictor.load(compiled, IRIS)
    frame, labels = small_frame(IRIS)

    answers = predictor.predict(frame)

    assert isinstance(predictor._classifier, GraphClassifier)
    reference = SkopsClassifier.load(compiled / "model.skops")
    expected = reference.probabilities(join(frame, answers.assignment))
    np.testing.assert_allclose(answers.probabilities, expected, rtol=0, atol=1e-5)
    assert [answers.classes[place] for place in answers.label] == labels.tolist()


def test_compiled_package_needs_no_library_that_fits(compiled: Path) -> None:
    """Loading it and answering one row or forty imports NumPy and ONNX Runtime, and nothing that fits."""
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(compiled), *FOREIGN]

    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert said.splitlines() == ["40 1", "[]"]


def test_package_without_a_graph_serves_by_its_pipeline(small_package: Path) -> None:
    """A model of an older Herdbook, whose card knows no graph, is loaded as ever."""
    assert "compiled" not in read_card(small_package)
    assert isinstance(Predictor.load(small_package, IRIS)._classifier, SkopsClassifier)


def test_graph_that_the_card_does_not_tell_of_is_left_alone(compiled: Path, tmp_path: Path) -> None:
    """A graph that was not proven does not serve, even if one lies there."""
    graph = (compiled / "model.onnx").read_bytes()
    folder = repack(
        compiled, tmp_path / "p", graph=graph, card={"compiled": {"graph": False, "why": "a test"}}
    )

    assert isinstance(load_classifier(folder, read_card(folder)), SkopsClassifier)


def test_graph_that_the_manifest_does_not_list_is_refused(compiled: Path, tmp_path: Path) -> None:
    """A file beside the package was never verified, whatever the card says."""
    folder = repack(compiled, tmp_path / "p", graph=None)
    (folder / "model.onnx").write_bytes((compiled / "model.onnx").read_bytes())

    with pytest.raises(PackageError, match=r"lists no model\.onnx"):
        Predictor.load(folder, IRIS)


@pytest.mark.parametrize("name", ["model.onnx", "neighbours.npz"])
def test_changed_byte_of_a_graph_is_refused(compiled: Path, tmp_path: Path, name: str) -> None:
    """Files of the graph are verified as all others are, before anything reads them."""
    folder = repack(compiled, tmp_path / "p", graph=(compiled / "model.onnx").read_bytes())
    body = bytearray((folder / name).read_bytes())
    body[len(body) // 2] ^= 1
    (folder / name).write_bytes(bytes(body))

    with pytest.raises(PackageError, match="is not what the manifest says"):
        verify_package(folder)


def test_graph_that_the_runtime_cannot_read_is_refused(compiled: Path, tmp_path: Path) -> None:
    """Bytes that are no graph are a sentence with a cure."""
    folder = repack(compiled, tmp_path / "p", graph=b"junk")

    with pytest.raises(PackageError, match=r"model\.onnx cannot be read by ONNX Runtime"):
        Predictor.load(folder, IRIS)


def test_graph_of_another_model_fails_the_golden_rows(compiled: Path, tmp_path: Path) -> None:
    """A graph that answers otherwise than the card says does not serve."""
    card = json.loads((compiled / "card.json").read_bytes())
    card["golden"]["probabilities"][0] = [0.2, 0.5, 0.3]
    folder = repack(compiled, tmp_path / "p", graph=(compiled / "model.onnx").read_bytes(), card=card)

    with pytest.raises(PackageError, match="golden rows"):
        Predictor.load(folder, IRIS)


def test_many_rows_go_through_in_parts(compiled: Path) -> None:
    """Rows beyond what one run takes are answered as if each stood alone."""
    classifier = GraphClassifier.load(compiled, read_card(compiled))
    inputs = np.column_stack([small_frame(IRIS)[0], np.zeros((60, 3))])
    classifier._rows_at_once = 7

    said = classifier.probabilities(inputs)

    alone = np.vstack([classifier.probabilities(row[None]) for row in inputs])
    np.testing.assert_allclose(said, alone, rtol=0, atol=1e-9)


def test_answer_that_is_no_number_is_refused(compiled: Path) -> None:
    """Values so large that they overflow are refused, as scikit-learn refuses them."""
    classifier = GraphClassifier.load(compiled, read_card(compiled))

    with pytest.raises(ValueError, match="so large"):
        classifier.probabilities(np.full((1, 7), 1e308))
