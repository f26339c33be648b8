"""From a description of an operation to a method of a client."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

SELF = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)


def dress(method: Callable[..., Any], describe: Callable[..., Any]) -> None:
    """Give a method the name, the docstring and the signature of the operation that it asks."""
    signature = inspect.signature(describe)
    answer = str(signature.return_annotation).removeprefix("Call[").removesuffix("]")
    parameters = [SELF, *signature.parameters.values()]
    method.__name__ = describe.__name__
    method.__doc__ = describe.__doc__
    method.__signature__ = signature.replace(  # type: ignore[attr-defined]  # inspect reads it
        parameters=parameters, return_annotation=answer
    )
