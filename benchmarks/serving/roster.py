"""Who takes part: ours, the ceiling, and the peers, each with the command that starts it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.serving import protocol
from benchmarks.serving.protocol import Protocol

PEERS = Path(__file__).resolve().parent / "peer"
Kind = Literal["ours", "peer", "library"]


@dataclass(frozen=True)
class Contestant:
    """One way to serve the model.

    Attributes
    ----------
    name, title
        What it is called on the command line, and in a table.
    kind
        Ours, a peer's, or a library in a process of its own, without a server.
    command
        Arguments of its Python; `{port}`, `{scratch}` (a folder for one turn) and `{kept}` (one for a model)
        are filled in.
    protocol
        How it is asked.
    prepare
        Arguments of its Python for what is done before each start, or once if it is done in `{kept}`.
    program
        Run this program of its environment instead of Python.
    needs_s3
        Whether it needs an S3 server.
    late_s
        How long it is waited for after its first answers: what it starts beside them, once, has started then.
    """

    name: str
    title: str
    kind: Kind
    command: Sequence[str]
    protocol: Protocol
    prepare: Sequence[str] = ()
    program: str = "python"
    needs_s3: bool = False
    late_s: float = 0.0

    @property
    def folder(self) -> Path:
        """Where a peer's files lie."""
        return PEERS / self.name


AT = ("--host", "127.0.0.1", "--port", "{port}")
UVICORN = ("-m", "uvicorn", "app:app", *AT, "--workers", "1", "--loop", "uvloop", "--http", "httptools")
QUIET = ("--no-access-log", "--log-level", "warning")
SERVE = ("-m", "cli", "serve", "--dataset", "animals", "--port", "{port}")
MLFLOW = ("-m", "mlflow", "models", "serve", "--model-uri", "{kept}/model", "--env-manager", "local")


def _bentoml(service: str) -> tuple[str, ...]:
    return ("-m", "bentoml", "serve", service, *AT)


SEALED_S = 33.0
"""A log file is sealed when its first row is half a minute old, by a process that then stays."""

OURS = Contestant("herdbook", "Herdbook", "ours", SERVE, protocol.OURS, late_s=SEALED_S)
EMPTY = Contestant(
    "empty",
    "an empty route of ours",
    "ours",
    _bentoml("benchmarks.serving.door.empty:service"),
    protocol.EMPTY,
)
UNLOGGED = Contestant(
    "unlogged",
    "Herdbook without its log",
    "ours",
    _bentoml("benchmarks.serving.door.unlogged:service"),
    protocol.OURS,
)
FASTAPI_ONNX = Contestant(
    "fastapi_onnx", "FastAPI + the same ONNX", "peer", (*UVICORN, *QUIET), protocol.FASTAPI
)
LIBRARY = Contestant("onnxruntime", "ONNX Runtime in-process", "library", (), protocol.LIST)

ALL: tuple[Contestant, ...] = (
    OURS,
    EMPTY,
    UNLOGGED,
    FASTAPI_ONNX,
    Contestant("fastapi_sklearn", "FastAPI + scikit-learn", "peer", (*UVICORN, *QUIET), protocol.FASTAPI),
    Contestant(
        "fastapi_sqlite", "FastAPI + scikit-learn + SQLite", "peer", (*UVICORN, *QUIET), protocol.FASTAPI
    ),
    Contestant(
        "fastapi_s3",
        "FastAPI + scikit-learn + S3",
        "peer",
        (*UVICORN, *QUIET),
        protocol.FASTAPI,
        needs_s3=True,
    ),
    Contestant("bentoml_docs", "BentoML by its docs", "peer", _bentoml("app:Animals"), protocol.LIST),
    Contestant("litserve_batched", "LitServe, batched", "peer", ("app.py",), protocol.LIST),
    Contestant(
        "mlserver_sklearn",
        "MLServer, batched",
        "peer",
        ("start", "{scratch}"),
        protocol.TENSOR,
        prepare=("prepare.py", "{scratch}"),
        program="mlserver",
    ),
    Contestant(
        "mlflow_serve",
        "MLflow models serve",
        "peer",
        (*MLFLOW, *AT, "--workers", "1"),
        protocol.TABLE,
        prepare=("prepare.py", "{kept}"),
    ),
    Contestant("ray_serve", "Ray Serve, batched", "peer", ("app.py",), protocol.LIST),
    LIBRARY,
)
UNBATCHED = ("fastapi_sklearn", "mlflow_serve")
BATCHED = ("bentoml_docs", "mlserver_sklearn", "litserve_batched", "ray_serve")
NEAR = (OURS, EMPTY, UNLOGGED, FASTAPI_ONNX, LIBRARY)
"""Whom targets compare within a few times; the others are measured half as long."""

QUICK = (OURS.name, EMPTY.name, FASTAPI_ONNX.name)
