"""Which of two formats a client asks for in its Accept header (RFC 9110, 12.5.1)."""

from __future__ import annotations

from data_provider.encode import JSON, PARQUET


def choose_format(accept: str | None) -> str | None:
    """Choose JSON or Parquet, the one with the higher weight, JSON if equal; None if neither is accepted."""
    if not accept or not accept.strip():
        return JSON
    weights = dict(_parse(part) for part in accept.split(",") if part.strip())
    json_weight, parquet_weight = _weight(weights, JSON), _weight(weights, PARQUET)
    if max(json_weight, parquet_weight) <= 0:
        return None
    return PARQUET if parquet_weight > json_weight else JSON


def _parse(part: str) -> tuple[str, float]:
    media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return media_type, _to_number(value)
    return media_type, 1.0


def _to_number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.0


def _weight(weights: dict[str, float], media_type: str) -> float:
    for pattern in (media_type, "application/*", "*/*"):
        if pattern in weights:
            return weights[pattern]
    return 0.0
