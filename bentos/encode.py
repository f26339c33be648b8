"""From an answer to the bytes of a body: the only place of the Bento that writes predictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from bentos.exchange import Answer
from bentos.json_rows import CELL, END, Cells, fill, spell_choices, spell_flags, spell_numbers, spell_template
from bentos.status import problem_of
from herdbook.clusters import Assignment
from herdbook.errors import HerdbookError
from herdbook.predictor import Answers
from herdbook.record import KEY

ROWS_AT_ONCE = 1_024
"""So many rows are written before other threads may take the interpreter's lock."""

PREDICTION_FIELDS = ("id", "label", "confidence", "probabilities", "cluster", "membership", "outlier")
CLUSTER_TEMPLATE = spell_template(dict.fromkeys(("cluster", "membership", "outlier_score", "outlier")))


def encode_predictions(answer: Answer) -> bytes:
    """Encode predictions: an object around the list, or one flat object for a flat record."""
    if not answer.ticket.decoded.is_flat:
        return _encode_list(b"predictions", answer, _write_predictions)
    said = answer.columns
    assert isinstance(said, Answers)
    cluster = said.assignment.cluster.item()
    flat = {
        "prediction": said.classes[said.label.item()],
        "confidence": said.confidence.item(),
        "model_used": answer.ticket.predictor.tag,
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
    if not answer.ticket.decoded.is_flat:
        return _encode_list(b"clusters", answer, _write_clusters)
    row = _write_clusters(answer, slice(1))
    return row[:-1] + b',"model_used":' + orjson.dumps(answer.ticket.predictor.tag) + b"}"


def _encode_list(name: bytes, answer: Answer, write: Callable[[Answer, slice], bytes]) -> bytes:
    """Encode the answered rows and the failed ones in the order of the request."""
    starts = range(0, len(answer.places), ROWS_AT_ONCE)
    rows = END.join([write(answer, slice(first, first + ROWS_AT_ONCE)) for first in starts])
    if answer.failed:
        placed = {place: _failure(error) for place, error in answer.failed.items()}
        placed.update(zip(answer.places, rows.split(END) if rows else (), strict=True))
        rows = b",".join([placed[place] for place in range(len(placed))])
    model = orjson.dumps(answer.ticket.predictor.tag)
    return b'{"%b":[%b],"model":%b}' % (name, rows.replace(END, b","), model)


def _write_predictions(answer: Answer, where: slice) -> bytes:
    said = answer.columns
    assert isinstance(said, Answers)
    n_classes, cluster = len(said.classes), said.assignment.cluster[where]
    probabilities = spell_numbers(said.probabilities[where].ravel())
    columns = [
        [b'"%b"' % id_.encode() for id_ in answer.ids[where]],
        spell_choices(said.classes, said.label[where]),
        spell_numbers(said.confidence[where]),
        *(probabilities[place::n_classes] for place in range(n_classes)),
        spell_numbers(cluster),
        spell_numbers(said.assignment.membership[where]),
        spell_flags(cluster == -1),
    ]
    return _fill_named(_template_of(said.classes), columns, answer.keys[where])


@lru_cache(maxsize=16)
def _template_of(classes: tuple[str, ...]) -> bytes:
    return spell_template(dict.fromkeys(PREDICTION_FIELDS) | {"probabilities": dict.fromkeys(classes)})


def _write_clusters(answer: Answer, where: slice) -> bytes:
    said = answer.columns
    assert isinstance(said, Assignment)
    cluster = said.cluster[where]
    columns = [
        spell_numbers(cluster),
        spell_numbers(said.membership[where]),
        spell_numbers(said.outlier_score[where]),
        spell_flags(cluster == -1),
    ]
    return _fill_named(CLUSTER_TEMPLATE, columns, answer.keys[where])


def _fill_named(template: bytes, columns: Sequence[Cells], keys: Sequence[str | None]) -> bytes:
    """Write rows; one with a key of the client's gets that besides."""
    if keys.count(None) == len(keys):
        return fill(template, columns)
    named = [b"" if key is None else b',"%b":%b' % (KEY.encode(), orjson.dumps(key)) for key in keys]
    return fill(template[:-1] + CELL + b"}", [*columns, named])


def _failure(error: HerdbookError) -> bytes:
    problem: Mapping[str, Any] = problem_of(error, "")
    return orjson.dumps({name: problem[name] for name in ("error", "kind", "faults")})
