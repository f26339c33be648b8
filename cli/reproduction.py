"""The work of `herdbook reproduce`, in a process of its own: `python -m cli.reproduction JOB`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cli.event import work_as_child
from cli.place import open_place

if TYPE_CHECKING:
    from training.progress import Progress


@dataclass(frozen=True)
class Reproduction:
    """Which model to train anew, and with how many processes."""

    dataset: str
    tag: str
    jobs: int | None = None

    def command(self) -> list[str]:
        """Return the command that does the job, in any folder."""
        return [sys.executable, "-P", "-m", "cli.reproduction", json.dumps(asdict(self))]


def work(job: Reproduction, progress: Progress) -> dict[str, Any]:
    """Do the job; return what came out of it, for JSON."""
    from training.reproduce import reproduce

    return reproduce(open_place(job.dataset).ledger, job.tag, jobs=job.jobs, progress=progress)


if __name__ == "__main__":
    told = Reproduction(**json.loads(sys.argv[1]))
    sys.exit(work_as_child(lambda progress: work(told, progress)))
