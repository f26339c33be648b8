"""Query parameters, read strictly: an unknown or repeated name is refused, not overlooked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from starlette.datastructures import QueryParams

from bentos.operation import Parameter
from bentos.refusal import NO_RECORD, ParameterError, brief
from herdbook.errors import Fault, shown

WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


def read_query(sent: QueryParams, parameters: Sequence[Parameter]) -> dict[str, Any]:
    """Turn the parameters that were sent into values; those that were not are left out.

    Raises
    ------
    ParameterError
        A name is unknown or repeated, or a value is not what its schema says.
    """
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, text in sent.multi_items():
        if name not in known:
            faults.append(Fault(NO_RECORD, brief(name), brief(text), f"one of {shown(known)}"))
        elif name in values:
            faults.append(Fault(NO_RECORD, name, brief(text), "the parameter once"))
        else:
            values[name] = value = _value(text, known[name])
            if value is None:
                faults.append(Fault(NO_RECORD, name, brief(text), known[name].description))
    if faults:
        raise ParameterError("query", faults[:5])
    return values


def _value(text: str, parameter: Parameter) -> Any:
    """Read one value, or give None if it is not what the schema says."""
    schema = parameter.schema
    if schema["type"] == "integer":
        number = int(text) if WHOLE_NUMBER.fullmatch(text) else None
        inside = number is not None and schema["minimum"] <= number <= schema["maximum"]
        return number if inside else None
    fits = len(text) <= schema["maxLength"] and re.fullmatch(schema.get("pattern", ".*"), text, re.DOTALL)
    return text if fits else None
