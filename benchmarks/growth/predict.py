"""What an answer costs while the ensemble grows: `python -m benchmarks.growth.predict`.

Models are fitted to made data of ten columns, compiled, packaged and loaded as a service loads them: forests
of more and more trees, and votes of more and more members. CPU-microseconds of a row, asked alone and among
a thousand: the graph beside scikit-learn, both from inputs to probabilities on one thread, and the whole
`Predictor.predict` of the compiled package, with its clusters.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skops.io import dumps
from threadpoolctl import threadpool_limits

from benchmarks.growth.measure import cpu_s, show
from benchmarks.growth.training import declare, make
from herdbook.canonical import canonical_skops
from herdbook.classifier import SkopsClassifier
from herdbook.dataset import Dataset
from herdbook.package import FRAME, PACKAGE_FORMAT, build_package
from herdbook.predictor import Predictor
from training.compile.measure import MANY, serve, time_both
from training.compile.pipeline import Graph, write_graph
from training.compile.proof import TOLERANCE
from training.discover import ClusterColumns, Scale, cluster_columns
from training.member import Candidate, list_candidates
from training.pipeline import build_pipeline
from training.vote import build_vote

N_COLUMNS, TRAINED = 10, 1_000
TREES = (10, 30, 100, 300, 1_000)
QUICK_TREES = (10, 100)
ADDED = (
    "logistic_regression",
    "hist_gradient_boosting",
    "random_forest",
    "extra_trees",
    "rbf_svm",
    "k_nearest_neighbors",
)
"""In which order members join the vote, each with the plainest of its settings."""

SCALE = Scale(share=0.2, factor=0.5)
"""How coarsely clusters are looked for; to choose it would take longer than all the rest."""


def choose_forest(n_trees: int) -> Any:
    """Give an unfitted forest."""
    plain = Candidate("random_forest", (("n_estimators", n_trees),))
    return plain.build(seed=0)


def choose_vote(n_members: int) -> Any:
    """Give the unfitted vote of the first so many members."""
    named = {name: list_candidates([name], effort="quick", n_rows=TRAINED)[0] for name in ADDED[:n_members]}
    return build_vote(named, (1.0,) * n_members, voting="soft", seed=0)


class Workbench:
    """Rows to fit to and to ask about, and the clusters that all the models share."""

    def __init__(self) -> None:
        self.dataset: Dataset = declare(N_COLUMNS)
        frame, y = make(TRAINED + MANY, N_COLUMNS)
        self.fitted_to, self.y = frame[:TRAINED], y[:TRAINED]
        self.asked: NDArray[np.float64] = frame[TRAINED:]
        self.columns: ClusterColumns = cluster_columns(self.dataset, scale=SCALE).fit(self.fitted_to)

    def measure(self, classifier: Any) -> dict[str, Any]:
        """Fit, compile and package a classifier; give what its answers cost."""
        pipeline = build_pipeline(self.dataset, classifier, inputs=FRAME)
        names = np.array([f"kind-{one}" for one in self.y])
        fit_s, _ = cpu_s(lambda: pipeline.fit(self.fitted_to, names))
        compile_s, graph = cpu_s(lambda: write_graph(pipeline))
        reference, said = SkopsClassifier(pipeline), serve(graph, pipeline.classes_)
        differ = np.abs(reference.probabilities(self.asked) - said.probabilities(self.asked)).max()
        assert differ <= TOLERANCE, f"the graph answers otherwise, by {differ:.2g}"
        load_s, predictor = cpu_s(lambda: self.load(pipeline, reference, graph))
        found = {
            "graph": time_both(said.probabilities, self.asked),
            "scikit-learn": time_both(reference.probabilities, self.asked),
            "predict": time_both(predictor.predict, self.asked),
        }
        figures = {
            f"{name}, {n_rows:,} row{'s' * (n_rows > 1)}, us": took / n_rows
            for name, both in found.items()
            for n_rows, took in zip((1, len(self.asked)), both, strict=True)
        }
        spent = {"fit, CPU s": fit_s, "write, CPU s": compile_s, "package and load, CPU s": load_s}
        return {**figures, "graph, KiB": round(len(graph.body) / 1_024), **spent}

    def load(self, pipeline: Any, reference: SkopsClassifier, graph: Graph) -> Predictor:
        """Package a fitted pipeline with its graph, and load it, which proves its golden rows."""
        golden = self.asked[:4]
        card = {
            "format": PACKAGE_FORMAT,
            "dataset": self.dataset.name,
            "schema_hash": self.dataset.schema_hash,
            "classes": list(reference.classes),
            "inputs": FRAME,
            "compiled": {
                "graph": True,
                "neighbours": graph.neighbours is not None,
                "rows_at_once": graph.rows_at_once,
            },
            "golden": {
                "records": self.dataset.to_records(golden),
                "probabilities": reference.probabilities(golden).tolist(),
                "cluster": self.columns.clusters_.assign(golden).cluster.tolist(),
            },
        }
        with tempfile.TemporaryDirectory() as scratch:
            build_package(
                Path(scratch),
                card=card,
                model=canonical_skops(dumps(pipeline)),
                clusters=self.columns.clusters_,
                graph=graph.body,
                neighbours=graph.neighbours,
            )
            return Predictor.load(Path(scratch), self.dataset)


def measure_all(trees: tuple[int, ...], members: tuple[int, ...]) -> list[dict[str, Any]]:
    """Measure forests and votes."""
    bench = Workbench()
    rows = [{"ensemble": "trees", "size": n, **bench.measure(choose_forest(n))} for n in trees]
    return rows + [{"ensemble": "members", "size": n, **bench.measure(choose_vote(n))} for n in members]


def main() -> None:
    """Measure every size, or those that are asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--trees", type=_sizes, metavar="N,N", help="sizes of forests")
    parser.add_argument("--members", type=_sizes, metavar="N,N", help="sizes of votes")
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows as JSON, too")
    wanted = parser.parse_args()
    if wanted.trees is None and wanted.members is None:
        wanted.trees = QUICK_TREES if wanted.quick else TREES
        wanted.members = (1, 2) if wanted.quick else tuple(range(1, len(ADDED) + 1))
    with threadpool_limits(1):
        show(measure_all(wanted.trees or (), wanted.members or ()), to=wanted.json)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split(","))


if __name__ == "__main__":
    main()
