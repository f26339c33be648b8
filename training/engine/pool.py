"""Where tasks run: in this process while there is little to do, else on all cores by joblib.

joblib's own processes are the default. A backend that somebody set with `joblib.parallel_config`, threads or
a Dask cluster, is taken instead. Results do not depend on any of it: a task gets all that it needs and seeds
itself, and every process computes on one thread.
"""

from __future__ import annotations

import math
import os
import re
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4

from joblib import Parallel, delayed, effective_n_jobs
from joblib.parallel import get_active_backend
from threadpoolctl import threadpool_limits

from training.engine.budget import Meter

WORTH_WORKERS_S = 15.0
"""Below so much work, in CPU-seconds, starting workers costs more than they save."""

START_S = 4.0
"""What a worker takes to start and to import what fits, in CPU-seconds."""

START_SHARE = 0.25
"""Workers are started if that takes at most this share of what may be spent."""

WATCH_S = 0.5
DEFAULT_BACKEND = "LokyBackend"
PROCESS = uuid4().hex
"""Names this process; a fork would keep it, so the process's number goes with it."""

_lock = threading.Lock()
_counted: dict[int, float] = {}
_limited = threading.local()

T = TypeVar("T")
R = TypeVar("R")
Filters = list[tuple[str, re.Pattern[str] | None, type[Warning], re.Pattern[str] | None, int]]


@dataclass(frozen=True)
class Driver:
    """The process that hands out tasks, and how it treats warnings."""

    process: str
    number: int
    filters: Filters


class Pool:
    """Runs tasks and counts the processor time that they take in all processes.

    Parameters
    ----------
    jobs : int
        Number of workers, -1 for one per core; 1 keeps all work in this process.
    meter : Meter
        Counts what workers took; it counts this process by itself.
    """

    def __init__(self, jobs: int, meter: Meter) -> None:
        self.meter = meter
        self._has_backend = type(get_active_backend()[0]).__name__ != DEFAULT_BACKEND
        self._parallel = Parallel(
            n_jobs=jobs, return_as="generator", pre_dispatch="2*n_jobs", batch_size=1, max_nbytes=None
        )
        self._jobs = effective_n_jobs(jobs)
        self._is_wide = False
        self._driver = Driver(PROCESS, os.getpid(), list(warnings.filters))  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_wide:
            self._parallel.__exit__(kind, error, trace)

    @property
    def may_widen(self) -> bool:
        """Whether there could be workers and are none yet."""
        return not self._is_wide and (self._jobs > 1 or self._has_backend)

    def expect(self, work_s: float, *, left_s: float = math.inf) -> None:
        """Start workers if so many CPU-seconds of work are worth it and what is left allows it; they stay."""
        is_worth_it = work_s >= WORTH_WORKERS_S and self._jobs * START_S <= START_SHARE * left_s
        if self.may_widen and (self._has_backend or is_worth_it):
            self._parallel.__enter__()
            self._is_wide = True

    def run(self, do: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
        """Do tasks and give the results in their order.

        `tasks` is read as work goes on, so that it may end early.
        """
        if not self._is_wide:
            yield from map(do, tasks)
            return
        for result, cpu_s in self._parallel(delayed(_do)(do, task, self._driver) for task in tasks):
            self.meter.add(cpu_s)
            yield result


def _do(do: Callable[[Any], Any], task: Any, driver: Driver) -> tuple[Any, float]:
    """Do a task in whatever process this is, and say what processor time the driver does not see."""
    is_elsewhere = (PROCESS, os.getpid()) != (driver.process, driver.number)
    if is_elsewhere and os.getpid() not in _counted:
        _counted[os.getpid()] = 0.0
        _settle(driver)
    if not hasattr(_limited, "by"):
        # for good: it is the thread of a worker, or one whose limit the evaluation gives back
        _limited.by = threadpool_limits(1)
    result = do(task)
    return result, _take_cpu_s() if is_elsewhere else 0.0


def _settle(driver: Driver) -> None:
    """Make a child of the driver treat warnings as the driver does, and end with it."""
    if os.getppid() != driver.number:
        return
    warnings.resetwarnings()
    warnings.filters.extend(driver.filters)  # type: ignore[attr-defined]
    threading.Thread(target=_end_with, args=(driver.number,), daemon=True).start()


def _take_cpu_s() -> float:
    """Give the processor time of this process since the last call: at first its start and imports too."""
    with _lock:
        now = time.process_time()
        taken = now - _counted.get(os.getpid(), 0.0)
        _counted[os.getpid()] = now
    return taken


def _end_with(parent: int) -> None:
    """End this process soon after its parent did: a killed training leaves nothing behind.

    Watched, not by `PR_SET_PDEATHSIG`: that fires when the *thread* that started a worker ends.
    """
    while os.getppid() == parent:
        time.sleep(WATCH_S)
    os._exit(1)
