"""A running service, asked over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, Self

import httpx

from cli.place import Place
from herdbook.errors import Fault, RecordError, ServiceError

TIMEOUT_S = 60.0
MOST_SAID = 500


class Remote:
    """Ask the service at a URL; every failure is a `ServiceError` with its sentence. Closed by `with`."""

    def __init__(self, place: Place, url: str | None) -> None:
        self._url = (url or place.url).rstrip("/")
        header = place.host_header if url is None else None
        headers = {"Host": header} if header else {}
        self._dataset = place.dataset.name
        self._client = httpx.Client(timeout=TIMEOUT_S, headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, parameters: Mapping[str, Any]) -> Any:
        """GET a path with those parameters that are not None; return the decoded answer."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._ask("GET", path, params=given)

    def post(self, path: str, body: object, *, first: int = 0) -> Any:
        """POST a JSON body; return the decoded answer. Its first record is number `first` to the person."""
        return self._ask("POST", path, first=first, json=body)

    def _ask(self, method: str, path: str, *, first: int = 0, **sent: Any) -> Any:
        try:
            response = self._client.request(method, self._url + path, **sent)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            problem = f"does not answer ({error or type(error).__name__})"
            raise ServiceError(self._url, problem=problem, cure="start it with `herdbook serve`") from None
        if response.status_code != httpx.codes.OK:
            self._refuse(response, first)
        try:
            return response.json()
        except ValueError:
            self._refuse(response, first)

    def _refuse(self, response: httpx.Response, first: int) -> NoReturn:
        said = _said_of(response, self._dataset, first) if first else _said(response)
        problem = f"answers with status {response.status_code}: {said or 'nothing'}"
        cure = "mend what it names" if response.is_client_error else "look at its log"
        raise ServiceError(self._url, problem=problem, cure=cure)


def _said_of(response: httpx.Response, dataset: str, first: int) -> str:
    """Return the same for a request whose first record is not the person's first."""
    try:
        body = response.json()
        faults = [
            Fault(first + each["record"], each["field"], each["got"], each["expected"])
            for each in body["faults"]
        ]
        if faults:
            return str(RecordError(dataset, faults, total=body["total_faults"]))
    except (ValueError, KeyError, TypeError):
        pass
    return f"{_said(response) or 'nothing'} (in the request that begins with record {first})"


def _said(response: httpx.Response) -> str:
    """Return the sentence of our own error object, or the beginning of whatever else came."""
    try:
        return str(response.json()["error"])
    except (ValueError, KeyError, TypeError):
        return " ".join(response.text.split())[:MOST_SAID]
