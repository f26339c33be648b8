"""What is asked and answered about trainings, as types."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from bentos.body import Wish
from bentos.shape import Shape

Effort = Literal["quick", "thorough"]
EFFORTS: tuple[Effort, ...] = ("quick", "thorough")
LARGEST_SEED = 2**32 - 1


class TrainingWish(Wish):
    """Which training is to be started."""

    effort: Effort = "quick"
    seed: int | None = Field(default=None, ge=0, le=LARGEST_SEED)
    budget_cpu_s: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="CPU-seconds that the search may take"
    )
    again: bool = Field(default=False, description="Train although the recipe is known")
    ingest: bool = Field(default=False, description="Ingest first, instead of taking the latest snapshot")


class NothingWish(Wish):
    """An empty object."""


class StepShape(Shape):
    """One step of a training."""

    step: str
    total: int | None = Field(description="Its units; null if nobody knows how many")
    done: int
    note: str | None = Field(description="What came out of it")
    is_finished: bool
    took_s: float


class ListedTrainingShape(Shape):
    """One training, as a list of them tells it."""

    id: str
    state: Literal["running", "done", "failed", "stopped", "lost"]
    started_us: int = Field(description="Microseconds since 1970, UTC")
    ended_us: int | None
    wanted: TrainingWish
    cpu_s: float
    answer: dict[str, Any] | None = Field(
        description="What came out of it, as `herdbook train --json` says it"
    )
    error: str | None = Field(
        description="Why nothing came out of it; told only to who may steer the service"
    )


class TrainingShape(ListedTrainingShape):
    """One training."""

    steps: list[StepShape]
    log: str = Field(
        description="The last lines that its libraries printed, at most 8 KiB; empty without steering"
    )


class TrainingsShape(Shape):
    """The trainings that are kept, newest first."""

    trainings: list[ListedTrainingShape]
