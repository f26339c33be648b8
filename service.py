"""The door: the one BentoML service, built from settings; `bentoml serve` finds it here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import bentoml

from bentos.app import Herd, keep_to_ourselves
from bentos.choice import choose, stop_with
from bentos.exchange import Answer, Share, Ticket
from bentos.hall import Hall, cluster_batch, predict_batch
from bentos.image import describe_image
from bentos.place import outlive_bento, require_spool
from bentos.specs import build_specs
from bentos.supervisor import note_supervisor
from herdbook.errors import HerdbookError
from herdbook.settings import Settings, load_settings

ADDRESSES = {"localhost": "127.0.0.1"}
"""BentoML listens on addresses only, not on names."""


def build_service(settings: Settings, *, source: Path) -> Herd:
    """Build the service of one dataset; `source` is the folder that this file lies in."""
    settings = outlive_bento(settings, source)
    choice = choose(settings, source)
    require_spool(settings, choice.dataset)
    served = Hall(settings, choice.dataset, baked=choice.baked)
    specs = build_specs(served)
    batched = {
        "batchable": True,
        "max_batch_size": max(2, settings.batch_rows),
        "max_latency_ms": int(settings.timeout_s * 1_000),
    }

    @bentoml.service(
        name="herdbook",
        service_class=Herd,
        # BentoML's own default is every address; `--host`, `--port` and BENTOML_HOST still win
        http={"host": ADDRESSES.get(settings.host, settings.host), "port": settings.port},
        tracing={} if settings.tracing else {"excluded_urls": ".*"},
        logging={"access": {"enabled": False}},
        image=describe_image(source, has_graph=choice.has_graph),
    )
    class Herdbook:
        """Predictions that can be traced to the data and the model that they came from."""

        hall = served
        if choice.tag is not None:
            model = bentoml.models.BentoModel(choice.tag)

        @bentoml.api(  # type: ignore[untyped-decorator]  # BentoML has no types, here and below
            input_spec=specs.predict_in, output_spec=specs.predict_out, **batched
        )
        def predict(self, tickets: Sequence[Ticket]) -> list[Share]:
            """Predict many records, or one flat record."""
            return predict_batch(tickets)

        @bentoml.api(  # type: ignore[untyped-decorator]
            input_spec=specs.predict_one_in, output_spec=specs.predict_one_out
        )
        async def predict_one(self, ticket: Ticket) -> Answer:
            """Predict one record, in the same batches."""
            return await self.hall.predict(ticket)

        @bentoml.api(  # type: ignore[untyped-decorator]
            input_spec=specs.cluster_in, output_spec=specs.cluster_out, **batched
        )
        def cluster(self, tickets: Sequence[Ticket]) -> list[Share]:
            """Tell in which clusters records lie."""
            return cluster_batch(tickets)

        # run once, by the supervisor, before it starts a worker
        begin = bentoml.on_deployment(note_supervisor)

        @bentoml.on_startup  # type: ignore[untyped-decorator]
        async def open(self) -> None:
            """Open the prediction log and begin to follow the ledger."""
            await asyncio.to_thread(self.hall.start)

        @bentoml.on_shutdown  # type: ignore[untyped-decorator]
        async def close(self) -> None:
            """Seal what was answered."""
            await asyncio.to_thread(self.hall.stop)

        async def __is_ready__(self) -> bool:
            """Whether a verified model is loaded."""
            return self.hall.serving.current is not None

    return cast(Herd, Herdbook)


def serve(read_settings: Callable[[], Settings]) -> Herd:
    """Build the service, or stop with one sentence."""
    keep_to_ourselves()
    try:
        return build_service(read_settings(), source=Path(__file__).resolve().parent)
    except HerdbookError as error:
        raise stop_with(error) from None


service = serve(load_settings)
