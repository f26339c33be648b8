"""The Python client of a running service: it knows the HTTP API.

It does not know models, the ledger, BentoML or scikit-learn, and its import is light.
"""

from herdbook.client.answer import Assignment, Fault, HistoryPage, Prediction, RowError
from herdbook.client.async_client import AsyncClient
from herdbook.client.client import Client
from herdbook.client.errors import (
    BrokenAnswerError,
    BusyError,
    ClientError,
    ConflictError,
    InvalidRecordError,
    NotFoundError,
    RefusedError,
    ServiceAwayError,
    UnsendableError,
)

__all__ = [
    "Assignment",
    "AsyncClient",
    "BrokenAnswerError",
    "BusyError",
    "Client",
    "ClientError",
    "ConflictError",
    "Fault",
    "HistoryPage",
    "InvalidRecordError",
    "NotFoundError",
    "Prediction",
    "RefusedError",
    "RowError",
    "ServiceAwayError",
    "UnsendableError",
]
