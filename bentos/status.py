"""Every failure's status and shape: one table, one JSON object."""

from __future__ import annotations

from typing import Any, NamedTuple

from bentos import refusal
from bentos.idempotency import refusal as idempotency
from bentos.refusal import NO_RECORD, RefusalError
from bentos.training import refusal as training
from herdbook import errors
from herdbook.errors import Fault, HerdbookError, RecordError


class Status(NamedTuple):
    """The HTTP status of a failure, and when a client should try again."""

    code: int
    retry_after_s: int | None = None


STATUSES: dict[type[HerdbookError], Status] = {
    HerdbookError: Status(500),
    errors.SettingsError: Status(500),
    errors.DatasetError: Status(500),
    errors.RecordError: Status(422),
    errors.SourceError: Status(500),
    errors.SnapshotError: Status(500),
    errors.CheckRefusedError: Status(500),
    errors.DiscoveryError: Status(500),
    errors.DiscoveryOutdatedError: Status(409),
    errors.NamingError: Status(409),
    errors.TrainingError: Status(500),
    errors.PackageError: Status(500),
    errors.ModelMissingError: Status(404),
    errors.ReportMissingError: Status(404),
    errors.SchemaMismatchError: Status(500),
    errors.GenerationConflictError: Status(409),
    errors.PredictionLogError: Status(503, 1),
    errors.PortTakenError: Status(500),
    errors.ProcessError: Status(500),
    errors.ServiceError: Status(500),
    errors.LedgerError: Status(503, 1),
    errors.KeyInvalidError: Status(500),
    errors.KeyTakenError: Status(500),
    errors.KeyMissingError: Status(500),
    errors.ObjectTooLargeError: Status(500),
    errors.FormatUnknownError: Status(500),
    errors.StoreUnsafeError: Status(503, 60),
    errors.StoreUnfitError: Status(503, 60),
    errors.StoreAwayError: Status(503, 5),
    RefusalError: Status(400),
    refusal.UndecodableError: Status(400),
    refusal.MediaTypeError: Status(415),
    refusal.BodyTooLargeError: Status(413),
    refusal.TooManyRecordsError: Status(413),
    refusal.BodySlowError: Status(408),
    refusal.HeadInvalidError: Status(400),
    refusal.HeadSlowError: Status(408),
    refusal.HeadTooLargeError: Status(431),
    refusal.HostRefusedError: Status(421),
    refusal.OriginRefusedError: Status(403),
    refusal.SteeringRefusedError: Status(403),
    refusal.RouteMissingError: Status(404),
    refusal.MethodRefusedError: Status(405),
    refusal.ParameterError: Status(422),
    refusal.PredictionMissingError: Status(404),
    refusal.PredictionFailedError: Status(500),
    training.TrainingRunsError: Status(409),
    training.TrainingAbsentError: Status(501),
    training.TrainingMissingError: Status(404),
    idempotency.IdempotencyKeyInvalidError: Status(400),
    idempotency.IdempotencyKeyReusedError: Status(422),
    idempotency.IdempotencyBusyError: Status(409, 1),
    refusal.NotReadyError: Status(503, 1),
    refusal.BusyError: Status(429, 1),
    refusal.AnswerSlowError: Status(504, 1),
    refusal.HistorySlowError: Status(504, 1),
}
"""Every class has a line of its own; one without a line is a decision that nobody took, and fails a test."""


def status_of(error: Exception) -> Status:
    """Look up the status of a failure; what nobody foresaw is a 500."""
    return next((STATUSES[each] for each in type(error).__mro__ if each in STATUSES), Status(500))


def problem_of(error: Exception, request_id: str) -> dict[str, Any]:
    """Describe a failure as a client may see it: no path, address, stack or secret.

    The sentence of a failure on our side (5xx) may name files or stores: a client gets its class's.
    """
    is_known = isinstance(error, HerdbookError)
    sentence = "Something went wrong inside the service."
    if isinstance(error, RefusalError) or (is_known and status_of(error).code < 500):
        sentence = str(error)
    elif is_known:
        sentence = (type(error).__doc__ or "").partition("\n")[0]
    faults = error.faults if isinstance(error, RefusalError | RecordError) else ()
    return {
        "error": sentence,
        "kind": type(error).__name__ if is_known else "InternalError",
        "faults": [fault_of(each) for each in faults],
        "total_faults": error.total if isinstance(error, RecordError) else len(faults),
        "request_id": request_id,
    }


def fault_of(fault: Fault) -> dict[str, Any]:
    """Give one fault as JSON values."""
    record = None if fault.record == NO_RECORD else fault.record
    return {"record": record, "field": fault.field, "got": fault.got, "expected": fault.expected}
