"""What goes wrong, said to a person."""

from __future__ import annotations

from herdbook.errors import HerdbookError


def say(error: HerdbookError) -> str:
    """Say an error of the client in a sentence.

    >>> say(HerdbookError("the service is away"))
    'The service is away.'
    """
    said = str(error).strip()
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith(('.', '!', '?')) else '.'}"
