"""How one contestant is started: its command, its environment, and what must stand beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.serving.absent import AbsentError
from benchmarks.serving.environment import require_python, server_environment
from benchmarks.serving.export import Kit
from benchmarks.serving.roster import PEERS, Contestant
from benchmarks.serving.server import Server
from benchmarks.serving.world import DATASET, ROOT

PREPARED_S = 300


@dataclass(frozen=True)
class Site:
    """Where things lie and run.

    Attributes
    ----------
    environments
        Folder of the peers' environments.
    scratch
        Folder for what one run writes; on a real disk, since ours waits for it.
    core
        The one core that servers run on.
    """

    environments: Path
    scratch: Path
    core: int


def start(contestant: Contestant, kit: Kit, site: Site, *, port: int, stack: ExitStack) -> Server:
    """Start a contestant; the stack stops it, and what was started for it.

    Raises
    ------
    AbsentError
        It cannot be installed or prepared.
    """
    is_ours = contestant.kind == "ours"
    python = Path(sys.executable) if is_ours else require_python(contestant, site.environments)
    more = _ours(kit, site, port=port) if is_ours else _peer(contestant, kit, site, port=port)
    if contestant.needs_s3:
        more |= _start_s3(site, stack)
    # a short path, since some open sockets there; and what they leave is gone after them
    place = tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True)
    more["TMPDIR"] = more["RAY_TMPDIR"] = stack.enter_context(place)
    # some start programs of their environment by name
    more["PATH"] = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    environment = server_environment(**more)
    cwd = ROOT if is_ours else contestant.folder
    kept = kit.folder.resolve() / "kept" / contestant.name
    names = {"port": port, "scratch": site.scratch, "kept": kept}
    if contestant.prepare and not kept.is_dir():
        try:
            _prepare([str(python), *_fill(contestant.prepare, names)], environment, cwd)
        except BaseException:  # stopped halfway, too: a part of it must not pass for the whole
            shutil.rmtree(kept, ignore_errors=True)
            raise
    program = python if contestant.program == "python" else python.parent / contestant.program
    command = [str(program), *_fill(contestant.command, names)]
    log = site.scratch / "server.log"
    return stack.enter_context(Server(command, environment=environment, cwd=cwd, core=site.core, log=log))


def _ours(kit: Kit, site: Site, *, port: int) -> dict[str, str]:
    """Serve a copy of the ledger, so that what a run logs is not there for the next one."""
    shutil.copytree(kit.world.ledger, site.scratch / "ledger")
    return {
        "HERDBOOK_DATASET": DATASET,
        "HERDBOOK_DATASETS": str(ROOT / "datasets"),
        "HERDBOOK_LEDGER": str(site.scratch / "ledger"),
        "HERDBOOK_STATE": str(site.scratch / "state"),
        "HERDBOOK_PORT": str(port),
        "BENTOML_HOME": str(site.scratch / "bentoml"),
        "PYTHONPATH": str(ROOT),
    }


def _peer(contestant: Contestant, kit: Kit, site: Site, *, port: int) -> dict[str, str]:
    path = f"{contestant.folder}:{PEERS}"
    return {
        "BENCH_KIT": str(kit.folder.resolve()),
        "BENCH_PORT": str(port),
        "BENCH_SCRATCH": str(site.scratch),
        "BENTOML_HOME": str(site.scratch / "bentoml"),
        "PYTHONPATH": path,
        "UVICORN_ACCESS_LOG": "false",  # of servers that start uvicorn themselves
    }


def _start_s3(site: Site, stack: ExitStack) -> Mapping[str, str]:
    """Start an S3 server beside the load generator; its work is not charged to whoever asks it."""
    from tests.fixtures.s3_server import seaweed

    server = seaweed(site.scratch / "s3")
    try:
        server.start()
    except (OSError, RuntimeError) as error:
        raise AbsentError(f"there is no S3 server here: {error}") from None
    stack.callback(server.stop)
    return {**server.environment, "BENCH_S3": server.endpoint, "BENCH_BUCKET": server.bucket}


def _prepare(command: list[str], environment: Mapping[str, str], cwd: Path) -> None:
    try:
        subprocess.run(
            command, cwd=cwd, env=dict(environment), capture_output=True, check=True, timeout=PREPARED_S
        )
    except subprocess.SubprocessError as error:
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip().splitlines()
        raise AbsentError(f"it cannot be prepared: {said[-1] if said else error}") from None


def _fill(words: Sequence[str], names: Mapping[str, object]) -> list[str]:
    return [word.format(**names) for word in words]
