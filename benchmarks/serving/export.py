"""What peers are handed and what everybody is asked: one model in two forms, records, and right answers."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.serving.world import ASKED, World, draw_frame, load_animals
from herdbook.classifier import SkopsClassifier
from herdbook.clusters import Clusters
from herdbook.package import CLUSTERS, GRAPH, MODEL
from herdbook.predictor import Predictor
from herdbook.trusted import TRUSTED_TYPES
from training.compile.pipeline import write_graph

MARGIN = 0.01
"""A record that is asked for has a first class so much more probable than the second: no rounding decides."""

CLUSTER_COLUMNS = ("cluster", "membership", "outlier_score")
TYPES = {"tensor(float)": "float32", "tensor(double)": "float64"}


@dataclass(frozen=True, eq=False)
class Kit:
    """One model as peers get it, and what is asked of all.

    Attributes
    ----------
    world, folder
        The model, and where `model.skops`, `model.onnx` and `kit.json` lie.
    classes, names
        Names of its classes and of its inputs.
    frame, inputs
        The records that are asked for, shape (n, n_features), and what a peer gets, with the cluster columns.
    labels
        The right answers, shape (n,): what the scikit-learn model says.
    """

    world: World
    folder: Path
    classes: tuple[str, ...]
    names: tuple[str, ...]
    frame: NDArray[np.float64]
    inputs: NDArray[np.float64]
    labels: NDArray[np.str_]

    @cached_property
    def records(self) -> list[dict[str, Any]]:
        """The records as a client of ours sends them."""
        return load_animals().to_records(self.frame)

    @cached_property
    def wide(self) -> list[dict[str, Any]]:
        """The records as a client of a peer sends them."""
        more = [
            dict(zip(CLUSTER_COLUMNS, (int(cluster), membership, score), strict=True))
            for cluster, membership, score in self.inputs[:, -3:].tolist()
        ]
        return [record | columns for record, columns in zip(self.records, more, strict=True)]


def export(world: World, folder: Path) -> Kit:
    """Write the kit of a model, and choose the records that are asked for."""
    dataset, frame = load_animals(), draw_frame(ASKED)
    reference = SkopsClassifier.load(world.package / MODEL)
    inputs = np.hstack([frame, Clusters.load(world.package / CLUSTERS).assign(frame).columns()])
    said = reference.probabilities(inputs)
    labels = np.array(reference.classes)[said.argmax(axis=1)]
    ours = Predictor.load(world.package, dataset).predict(frame)
    ranked = np.sort(said, axis=1)
    is_clear = (ranked[:, -1] - ranked[:, -2] > MARGIN) & (np.array(ours.classes)[ours.label] == labels)
    names = (*dataset.feature_names, *CLUSTER_COLUMNS)
    _write(world, folder, {"classes": reference.classes, "inputs": names, "trusted": TRUSTED_TYPES})
    return Kit(world, folder, reference.classes, names, frame[is_clear], inputs[is_clear], labels[is_clear])


def _write(world: World, folder: Path, facts: dict[str, Any]) -> None:
    shutil.rmtree(folder, ignore_errors=True)  # with what peers made of another model
    folder.mkdir(parents=True)
    shutil.copyfile(world.package / MODEL, folder / MODEL)
    (folder / GRAPH).write_bytes(find_graph(world.package))
    (folder / "kit.json").write_text(json.dumps(facts | {"onnx": _ports(folder / GRAPH)}))


def find_graph(package: Path) -> bytes:
    """Give the ONNX graph that we serve ourselves; one is written if an older package has none."""
    if (package / GRAPH).is_file():
        return (package / GRAPH).read_bytes()
    from skops.io import load

    return write_graph(load(package / MODEL, trusted=TRUSTED_TYPES)).body


def _ports(path: Path) -> dict[str, str]:
    """Say what the graph is given and where its probabilities come out."""
    from onnxruntime import InferenceSession

    session = InferenceSession(path, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    return {"input": given.name, "dtype": TYPES[given.type], "output": "probabilities"}
