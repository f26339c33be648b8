"""Method: how the figures came about, for a statistician."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pages.block import Facts, Fold, Points, Section, Table, present
from pages.evaluation.measured import Measured
from pages.number import count, number, sentence

DESIGN = {
    "outer_folds": "Outer folds",
    "repeats": "Repeats",
    "inner_folds": "Inner folds",
    "n_candidates": "Candidates",
    "n_rows": "Labelled rows",
    "n_evaluated": "Evaluated rows",
}
DIGESTS = ("snapshot", "recipe", "report")


def show_method(measured: Measured) -> Section | None:
    """Show the design, its notes, and what the card says of features and libraries."""
    design = measured.part("design")
    told = {name: design[name] for name in DESIGN if design.get(name) is not None}
    if told.get("n_evaluated") == told.get("n_rows"):
        told.pop("n_evaluated", None)  # of most tables all rows are
    facts = [(DESIGN[name], number(value)) for name, value in told.items()]
    notes = [sentence(design.get(name)) for name in ("method", "labels", "note") if design.get(name)]
    notes += [sentence(one) for one in design.get("caveats") or []]
    left_out = {name.replace("_", " "): why for name, why in measured.left_out.items()}
    notes += [sentence(f"{name} was left out: {why}") for name, why in left_out.items() if name != "controls"]
    facts += [(name, digest) for name, digest in _digests(measured) if digest]
    blocks = present(
        Facts(facts) if facts else None,
        Points(notes, title="Notes") if notes else None,
        _features(measured.card),
        _compiled(measured.card),
        _libraries(measured.card),
    )
    return Section("method", "Method", "How these figures came about.", blocks) if blocks else None


def _digests(measured: Measured) -> list[tuple[str, str]]:
    return [
        (name.capitalize(), str(measured.report.get(name) or measured.card.get(name) or ""))
        for name in DIGESTS
    ]


def _features(card: Mapping[str, Any]) -> Fold | None:
    features = [one for one in card.get("features") or [] if isinstance(one, Mapping)]
    if not features:
        return None
    rows = [[str(one.get("name")), str(one.get("type", "")), str(one.get("unit") or "")] for one in features]
    table = Table("Features", ["Feature", "Type", "Unit"], rows)
    return Fold(f"Inputs: {count(len(rows), 'feature')}", [table])


def _compiled(card: Mapping[str, Any]) -> Fold | None:
    """Show what computes the answers: the graph and where each member runs, or why there is none."""
    compiled = card.get("compiled")
    if not isinstance(compiled, Mapping) or not compiled.get("why"):
        return None
    says = Points([sentence(compiled["why"])])
    if not compiled.get("graph"):
        return Fold("Answers by scikit-learn, without a graph", [says])
    rows = [
        [str(name).replace("_", " "), str(place)] for name, place in (compiled.get("members") or {}).items()
    ]
    return Fold(
        "Answers by one ONNX graph", [says, Table("Where each member runs", ["Member", "Runs in"], rows)]
    )


def _libraries(card: Mapping[str, Any]) -> Fold | None:
    libraries = card.get("libraries")
    if not isinstance(libraries, Mapping) or not libraries:
        return None
    rows = [[str(name), str(version)] for name, version in libraries.items()]
    code = [["this program's code", str(card["code"])]] if card.get("code") else []
    return Fold("Code and libraries", [Table("Versions", ["Name", "Version"], [*rows, *code])])
