"""From an answer to the bytes of a body: the only place of the Bento that writes predictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from bentos.exchange import Answer
from bentos.status import problem_of
from herdbook.clusters import Assignment
from herdbook.errors import HerdbookError
from herdbook.predictor import Answers
from herdbook.record import KEY


def encode_predictions(answer: Answer) -> bytes:
    """Encode predictions: an object around the list, or one flat object for a flat record."""
    model = answer.ticket.predictor.tag
    said = answer.columns
    if not answer.ticket.decoded.is_flat:
        return orjson.dumps({"predictions": _in_place(answer, _predictions(answer)), "model": model})
    assert isinstance(said, Answers)
    cluster = said.assignment.cluster.item()
    flat = {
        "prediction": said.classes[said.label.item()],
        "confidence": said.confidence.item(),
        "model_used": model,
        "id": answer.ids[0],
        "probabilities": dict(zip(said.classes, said.probabilities[0].tolist(), strict=True)),
        "cluster": cluster,
        "membership": said.assignment.membership.item(),
        "outlier": cluster == -1,
    }
    if (key := answer.keys[0]) is not None:
        flat[KEY] = key
    return orjson.dumps(flat)


def encode_clusters(answer: Answer) -> bytes:
    """Encode places among the clusters: an object around the list, or one flat object for a flat record."""
    model = answer.ticket.predictor.tag
    if not answer.ticket.decoded.is_flat:
        return orjson.dumps({"clusters": _in_place(answer, _clusters(answer)), "model": model})
    (each,) = _clusters(answer)
    return orjson.dumps(each | {"model_used": model})


def _predictions(answer: Answer) -> Iterable[dict[str, Any]]:
    said = answer.columns
    if not isinstance(said, Answers):
        return
    columns = zip(
        answer.ids,
        answer.keys,
        said.label.tolist(),
        said.confidence.tolist(),
        said.probabilities.tolist(),
        said.assignment.cluster.tolist(),
        said.assignment.membership.tolist(),
        strict=True,
    )
    for id_, key, label, confidence, probabilities, cluster, membership in columns:
        yield {
            "id": id_,
            "label": said.classes[label],
            "confidence": confidence,
            "probabilities": dict(zip(said.classes, probabilities, strict=True)),
            "cluster": cluster,
            "membership": membership,
            "outlier": cluster == -1,
        } | _named(key)


def _clusters(answer: Answer) -> Iterable[dict[str, Any]]:
    said = answer.columns
    if not isinstance(said, Assignment):
        return
    columns = zip(
        answer.keys,
        said.cluster.tolist(),
        said.membership.tolist(),
        said.outlier_score.tolist(),
        strict=True,
    )
    for key, cluster, membership, score in columns:
        yield {
            "cluster": cluster,
            "membership": membership,
            "outlier_score": score,
            "outlier": cluster == -1,
        } | _named(key)


def _named(key: str | None) -> dict[str, str]:
    return {} if key is None else {KEY: key}


def _in_place(answer: Answer, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the answered rows and the failed ones into the order of the request."""
    if not answer.failed:
        return list(rows)
    placed = {place: _failure(error) for place, error in answer.failed.items()}
    placed.update(zip(answer.places, rows, strict=True))
    return [placed[place] for place in range(len(placed))]


def _failure(error: HerdbookError) -> dict[str, Any]:
    problem: Mapping[str, Any] = problem_of(error, "")
    return {name: problem[name] for name in ("error", "kind", "faults")}
