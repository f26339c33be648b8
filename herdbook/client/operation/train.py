"""Operations on trainings that a service runs."""

from __future__ import annotations

from typing import Any, Literal

from herdbook.client.call import Call
from herdbook.client.encode import given
from herdbook.client.operation.request import get, object_of, part_of, post


def trainings() -> Call[dict[str, Any]]:
    """List the `trainings` that this service ran, newest first."""
    return get("/trainings")


def training(id: str) -> Call[dict[str, Any]]:
    """Tell how a training is: its `state`, `steps`, the end of its `log` and its `answer`."""
    return get(f"/trainings/{part_of(id)}")


def start_training(
    *,
    effort: Literal["quick", "thorough"] = "quick",
    seed: int | None = None,
    budget_cpu_s: float | None = None,
    again: bool = False,
    ingest: bool = False,
) -> Call[dict[str, Any]]:
    """Start a training. Not sent twice if it may have arrived.

    Parameters
    ----------
    effort
        How widely to search.
    seed, budget_cpu_s
        The dataset's own if left out.
    again
        Train although the same was trained before.
    ingest
        Take a new snapshot of the data first.

    Raises
    ------
    ConflictError
        A training runs.
    """
    wanted = given([("seed", seed), ("budget_cpu_s", budget_cpu_s)])
    return post("/trainings", {"effort": effort, "again": again, "ingest": ingest, **wanted})


def stop_training(id: str) -> Call[dict[str, Any]]:
    """Stop a training; give how it is then. One that has ended stays as it is."""
    return Call("POST", f"/trainings/{part_of(id)}/stop", object_of, b"{}")
