"""Discoveries: the report with its map, further records on the map, and the names of clusters."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bentos.answer import answer
from bentos.body import parse_body, read_body
from bentos.book import DiscoveryShape, NamedShape, NamingWish, PlacesShape
from bentos.decode import Decoder
from bentos.guard import body_of
from bentos.hall import Hall
from bentos.operation import BODY, STORED, WRITTEN, Operation, Page, Parameter
from bentos.placement import PlacementEnvelope, build_placement_class, records_alone
from bentos.query import read_query
from bentos.refusal import BusyError
from bentos.routes.model import require_own
from bentos.steering import require_steering
from herdbook.calling import call, names_of
from herdbook.chart import Chart, open_chart
from herdbook.discovery import KIND, find_discovery, read_discovery
from herdbook.errors import FormatUnknownError, KeyMissingError, ReportMissingError
from herdbook.ledger import Ledger
from herdbook.recipe import recall

TEXT = {"type": "string", "maxLength": 256}
WHICH = (
    Parameter("model", TEXT, "that the model of this tag was trained with: a text of at most 256 characters"),
    Parameter("report", TEXT, "whose report is called so, `latest`, or its first 8 digits or more: a text"),
)

MOST_PLACING = 4
"""So many requests to place records are worked on or wait; they have a thread of their own."""


def discovery_pages(hall: Hall) -> Sequence[Page]:
    """List the routes about discoveries."""
    routes = _Discoveries(hall)
    placement = build_placement_class(hall.dataset, hall.settings.max_records)
    told = Operation(
        "A discovery: that of the model that answers, unless another is asked for",
        (DiscoveryShape,),
        parameters=WHICH,
        refusals=(*STORED, 404, 422),
    )
    placed = Operation("Place records on the map", (PlacesShape,), (placement,), refusals=(*BODY, 404, 409))
    named = Operation("Name clusters", (NamedShape,), (NamingWish,), refusals=(*WRITTEN, 404, 409))
    return (
        Page("/discovery", routes.discovery, told),
        Page("/discovery/place", routes.place, placed, method="POST"),
        Page("/discovery/names", routes.name, named, method="POST"),
    )


class _Discoveries:
    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._decoder = Decoder(hall.dataset, max_records=hall.settings.max_records)
        self._placing = ThreadPoolExecutor(1, thread_name_prefix="place")
        self._n_placing = 0
        self._last: tuple[str, Chart] | None = None

    async def discovery(self, request: Request) -> Response:
        """Answer one discovery."""
        asked = read_query(request.query_params, WHICH)
        return answer(await asyncio.to_thread(self._tell, asked.get("model"), asked.get("report")))

    async def place(self, request: Request) -> Response:
        """Place records on the map of a discovery."""
        if self._n_placing >= MOST_PLACING:
            raise BusyError
        self._n_placing += 1
        try:
            loop = asyncio.get_running_loop()
            return answer(await loop.run_in_executor(self._placing, self._place, body_of(request)))
        finally:
            self._n_placing -= 1

    async def name(self, request: Request) -> Response:
        """Name clusters of a discovery."""
        require_steering(self._hall.settings)
        wish = await read_body(request, NamingWish)
        return answer(await asyncio.to_thread(self._name, wish))

    def _tell(self, model: str | None, wanted: str | None) -> dict[str, Any]:
        report = self._read(self._find(model, wanted))
        names = names_of(self._hall.serving.ledger(), self._hall.dataset, report)
        return {**report, "names": _by_number(names)}

    def _place(self, body: bytes) -> dict[str, Any]:
        wish = parse_body(body, PlacementEnvelope)
        frame = self._decoder.decode(records_alone(wish)).frame
        name = self._find(None, wish.report)
        chart = self._chart(name)
        where, found = chart.place(frame), chart.assign(frame)
        columns = {
            "x": where[:, 0].tolist(),
            "y": where[:, 1].tolist(),
            "cluster": found.cluster.tolist(),
            "membership": found.membership.tolist(),
            "outlier_score": found.outlier_score.tolist(),
            "outlier": found.outlier.tolist(),
        }
        rows = zip(*columns.values(), strict=True)
        return {"report": name, "points": [dict(zip(columns, row, strict=True)) for row in rows]}

    def _name(self, wish: NamingWish) -> dict[str, Any]:
        ledger, dataset = self._hall.serving.ledger(), self._hall.dataset
        report = self._read(find_discovery(ledger, dataset.name, wish.report))
        names = {int(number): name.strip() for number, name in wish.names.items()}
        naming = call(ledger, dataset, report, names, who=wish.who, why=wish.why)
        told = _by_number(names_of(ledger, dataset, report))
        return {"report": naming.report, "names": told, "number": naming.number}

    def _find(self, model: str | None, wanted: str | None) -> str:
        """Find the name of a report: that which is wanted, of the model if both are given."""
        ledger, dataset = self._hall.serving.ledger(), self._hall.dataset.name
        if model is not None:
            require_own(model, dataset)
        if wanted is None:
            return self._of_model(ledger, model or self._hall.serving.require().tag)
        name = find_discovery(ledger, dataset, wanted)
        if model is not None and name != self._of_model(ledger, model):
            raise _missing(model)
        return name

    def _of_model(self, ledger: Ledger, tag: str) -> str:
        entry = recall(ledger, tag)
        name: str | None = None if entry is None else entry["reports"].get(KIND)
        if name is None:
            raise _missing(tag)
        return name

    def _read(self, name: str) -> dict[str, Any]:
        ledger, dataset = self._hall.serving.ledger(), self._hall.dataset.name
        try:
            return read_discovery(ledger, dataset, name) | {"report": name}
        except (KeyMissingError, FormatUnknownError):
            wanted = f"{name[:12]} of a discovery that can be read"
            raise ReportMissingError(wanted, cure="discover again with `herdbook discover`") from None

    def _chart(self, name: str) -> Chart:
        """Open a map, or give the one that was opened last: the same is asked for again and again."""
        last = self._last
        if last is not None and last[0] == name:
            return last[1]
        chart = open_chart(self._hall.serving.ledger(), self._hall.dataset, self._read(name))
        self._last = name, chart
        return chart


def _missing(tag: str) -> ReportMissingError:
    cure = "discover with `herdbook discover` and ask for report=latest"
    return ReportMissingError(f"of the discovery that model {tag} was trained with", cure=cure)


def _by_number(names: dict[int, str]) -> dict[str, str]:
    return {str(number): name for number, name in names.items()}
