"""The predictor: a loaded model package that turns a frame into answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from herdbook.calibration import Calibration
from herdbook.classifier import Classifier, SkopsClassifier
from herdbook.clusters import Assignment, Clusters
from herdbook.dataset import Dataset
from herdbook.errors import PackageError, SchemaMismatchError
from herdbook.package import CLUSTERS, FRAME_AND_CLUSTERS, MODEL, has_graph, read_card, verify_package

GOLDEN_TOLERANCE = 1e-6
"""How far a golden row's probability may lie off; batches of other sizes differ by about 6e-8."""


class Answers(NamedTuple):
    """What a model says about n records.

    Attributes
    ----------
    classes
        Names of the k classes.
    probabilities
        Shape (n, k), calibrated as the card says; rows sum to one.
    label
        Place of the most probable class, shape (n,).
    confidence
        Its probability, shape (n,).
    assignment
        Cluster, membership and outlier score of each record.
    """

    classes: tuple[str, ...]
    probabilities: NDArray[np.float64]
    label: NDArray[np.int64]
    confidence: NDArray[np.float64]
    assignment: Assignment


class Predictor:
    """A verified model, ready to answer; a prediction changes nothing in it, so threads may share it."""

    def __init__(self, tag: str, card: dict[str, Any], classifier: Classifier, clusters: Clusters) -> None:
        self.tag = tag
        self.card = card
        self.classes = classifier.classes
        self.schema_hash: str = card["schema_hash"]
        self._classifier = classifier
        self._clusters = clusters
        self._takes_clusters = card["inputs"] == FRAME_AND_CLUSTERS
        self._calibration = Calibration.of(card, package=tag)

    @classmethod
    def load(cls, folder: Path, dataset: Dataset) -> Predictor:
        """Load a package from disk and prove it on its golden rows.

        Raises
        ------
        PackageError
            A file is missing, changed, untrusted or of another format, or a golden row is answered otherwise.
        SchemaMismatchError
            The model was trained on other features than the dataset's.
        """
        tag = verify_package(folder)
        card = read_card(folder)
        require_match(tag, card, dataset)
        clusters = Clusters.load(folder / CLUSTERS)
        predictor = cls(tag, card, load_classifier(folder, card), clusters)
        predictor._prove(dataset)
        return predictor

    def cluster(self, frame: NDArray[np.float64]) -> Assignment:
        """Assign each row of a frame (n, n_features) to a cluster."""
        return self._clusters.assign(frame)

    def predict(self, frame: NDArray[np.float64]) -> Answers:
        """Answer for each row of a frame (n, n_features); n may be 0."""
        assignment = self.cluster(frame)
        if not len(frame):
            return self._answer(np.empty((0, len(self.classes))), assignment)
        inputs = join(frame, assignment) if self._takes_clusters else frame
        return self._answer(self._calibration.apply(self._classifier.probabilities(inputs)), assignment)

    def _answer(self, probabilities: NDArray[np.float64], assignment: Assignment) -> Answers:
        label = probabilities.argmax(axis=1)
        confidence = np.maximum.reduce(probabilities, axis=1)  # a third of the time of the method max
        return Answers(self.classes, probabilities, label, confidence, assignment)

    def _prove(self, dataset: Dataset) -> None:
        golden = self.card["golden"]
        answers = self.predict(dataset.to_frame(golden["records"]))
        expected = np.asarray(golden["probabilities"], dtype=np.float64)
        is_right = (
            self.classes == tuple(self.card["classes"])
            and expected.shape == answers.probabilities.shape
            and np.allclose(answers.probabilities, expected, rtol=0, atol=GOLDEN_TOLERANCE)
            and answers.assignment.cluster.tolist() == golden["cluster"]
        )
        if not is_right:
            raise PackageError(
                self.tag,
                problem="it does not answer its golden rows as it did when it was registered",
                cure="install the library versions of its card, or train again",
            )


def load_classifier(folder: Path, card: Mapping[str, Any]) -> Classifier:
    """Load what answers in a verified package: its graph, or the pipeline of a model that has none.

    Raises
    ------
    PackageError
        A file is damaged, untrusted, or none that the libraries here can read.
    """
    if not has_graph(folder, card):
        return SkopsClassifier.load(folder / MODEL)
    from herdbook.graph import GraphClassifier  # noqa: PLC0415 - a model without a graph needs no ONNX Runtime

    return GraphClassifier.load(folder, card)


def join(frame: NDArray[np.float64], assignment: Assignment) -> NDArray[np.float64]:
    """Put the three cluster columns behind a frame (n, n_features), in one copy."""
    n_features = frame.shape[1]
    inputs = np.empty((len(frame), n_features + 3))
    inputs[:, :n_features] = frame
    inputs[:, n_features] = assignment.cluster
    inputs[:, n_features + 1] = assignment.membership
    inputs[:, n_features + 2] = assignment.outlier_score
    return inputs


def require_match(tag: str, card: Mapping[str, Any], dataset: Dataset) -> None:
    """Refuse a model whose card is of another dataset, or of other features than the dataset has today.

    Raises
    ------
    PackageError
        The model belongs to another dataset.
    SchemaMismatchError
        The model was trained on other features.
    """
    if card["dataset"] != dataset.name:
        problem = f"it belongs to dataset {card['dataset']!r}, not to {dataset.name!r}"
        raise PackageError(
            tag, problem=problem, cure="choose a model of this dataset; `herdbook models` lists them"
        )
    if card["schema_hash"] != dataset.schema_hash:
        raise SchemaMismatchError(tag, got=card["schema_hash"], expected=dataset.schema_hash)
