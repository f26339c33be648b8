"""Method: what was done to each feature, and what a statistician asks next."""

from __future__ import annotations

from typing import Any

from pages.block import Facts, Fold, Points, Section, Table, present
from pages.discovery.found import Found
from pages.number import MISSING, count, number

DIGESTS = ("snapshot", "report")


def show_method(found: Found) -> Section | None:
    """Show preprocessing, parameters and notes."""
    digests = [(name.capitalize(), str(found.report[name])) for name in DIGESTS if found.report.get(name)]
    blocks = present(_features(found), _notes(found), Facts(digests) if digests else None)
    if not blocks:
        return None
    says = "What was done to the records before distances were taken, and how the figures came about."
    return Section("method", "Preprocessing and method", says, blocks)


def _features(found: Found) -> Fold | Table | None:
    treated = found.part("preprocessing").get("features") or {}
    if not treated:
        return None
    rows = [[str(name), _encoding(done), _missing(done)] for name, done in treated.items()]
    table = Table("What was done to each feature", ["Feature", "Encoding", "#Missing taken for"], rows)
    return (
        table if len(rows) <= 12 else Fold(f"What was done to each of {count(len(rows), 'feature')}", [table])
    )


def _encoding(done: Any) -> str:
    return str(done.get("encoding", MISSING)) if isinstance(done, dict) else str(done)


def _missing(done: Any) -> str:
    return number(done.get("missing_taken_for")) if isinstance(done, dict) else MISSING


def _notes(found: Found) -> Points | None:
    parameters, treated = found.part("parameters"), found.part("preprocessing")
    n_fitted = parameters.get("n_fitted")
    fitted = f"Fitted on {count(n_fitted, 'record')}" if n_fitted else ""
    if n_fitted and n_fitted < (found.report.get("n_records") or 0):
        fitted += "; the others were assigned afterwards"
    bound = treated.get("skewness_bound")
    said = [
        parameters.get("method"),
        fitted,
        parameters.get("evidence"),
        f"A number whose skewness is above {number(bound)} goes through a logarithm first" if bound else "",
        *(found.report.get("notes") or []),
    ]
    sentences = [found.say(one) for one in said if one]
    return Points(sentences, title="Notes") if sentences else None
