"""What is refused about trainings.

::

    RefusalError
    ├── TrainingRunsError     one runs already
    ├── TrainingAbsentError   the service was built without the training room
    └── TrainingMissingError  no training has this id
"""

from __future__ import annotations

from bentos.refusal import RefusalError, brief


class TrainingRunsError(RefusalError):
    """One training runs already."""

    def __init__(self, id: str, *, other: str | None = None) -> None:
        self.id = id
        where = "" if other is None else f" at the service of dataset {other}"
        super().__init__(
            f"the training {id} runs already, and there is one at a time; "
            f"wait until it ends, or stop it with POST /trainings/{id}/stop{where}"
        )


class TrainingAbsentError(RefusalError):
    """The service was built without the training room."""

    def __init__(self) -> None:
        super().__init__(
            "this service was built without the training room; "
            "run `herdbook train` where Herdbook is installed whole, with the same HERDBOOK_LEDGER"
        )


class TrainingMissingError(RefusalError):
    """No training has this id."""

    def __init__(self, id: str) -> None:
        super().__init__(f"there is no training {brief(id)!r}; GET /trainings lists those that are kept")
