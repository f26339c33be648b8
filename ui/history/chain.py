"""The pedigree of a prediction as a chain: record, answer, model, its records, and who let it serve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ui.answer import say_cluster, write_bars
from ui.figure.element import Html, fold, join, paragraph, table, tag
from ui.figure.measured import name_member
from ui.figure.number import MISSING, abridge, bounds, count, moment, number, share
from ui.form import say_name
from ui.markup import facts, notice

Pedigree = Mapping[str, Any]
Features = Sequence[Mapping[str, Any]]
OUTLIER = "Unlike anything in the training data: the record lies in no cluster."
UNPROMOTED = (
    "No generation named this model when it answered: it was pinned (HERDBOOK_MODEL) or came with the Bento, "
    "so the ledger holds nobody who let it serve."
)
UNKNOWN_MODEL = "The ledger does not hold this model, so nothing is known of where it comes from."
MOST_ARRIVALS = 5


def show_chain(pedigree: Pedigree, features: Features) -> Html:
    """Show where a prediction comes from, a card for each link."""
    row, model = pedigree["prediction"], pedigree.get("model") or {}
    links = [
        ("The record that came in", _record(row, features)),
        ("The answer", _answer(row, pedigree.get("names") or {})),
        ("The model that gave it", _model(model, pedigree.get("trained_us"))),
        ("The records that the model learned from", _snapshot(pedigree)),
        ("Who let the model serve, and why", _generation(pedigree)),
    ]
    cards = [
        tag(
            "li",
            tag("span", str(place), class_="place", aria_hidden="true"),
            tag("h3", title),
            content,
            class_="card",
        )
        for place, (title, content) in enumerate(links, start=1)
    ]
    heading = tag("h2", "Pedigree of one prediction")
    return join([heading, tag("ol", *cards, class_="chain")])


def _record(row: Mapping[str, Any], features: Features) -> Html:
    record = dict(row.get("record") or {})
    told = {_title(feature): _value(record.pop(feature["name"], None), feature) for feature in features}
    told |= {say_name(name): number(value) for name, value in record.items()}
    key = {"Key": row["key"]} if row.get("key") is not None else {}
    return Html(facts({"Came in": moment(row["time_us"]), **key, **told}))


def _title(feature: Mapping[str, Any]) -> str:
    return say_name(feature["name"])


def _value(value: Any, feature: Mapping[str, Any]) -> str:
    unit = feature.get("unit")
    return f"{number(value)} {unit}" if unit and value is not None else number(value)


def _answer(row: Mapping[str, Any], names: Mapping[str, str]) -> Html:
    told = {
        "Cluster": say_cluster(row.get("cluster", -1), names),
        "Membership": f"{row.get('membership') or 0:.2f}",
        "Prediction": row["id"],
        "Request": row.get("request_id"),
        "Answered as": row.get("role"),
    }
    return join(
        [
            tag("p", tag("b", row["label"]), f", {share(row['confidence'])} sure", class_="told"),
            Html(notice(OUTLIER, "warn")) if row.get("outlier") else None,
            Html(write_bars(row.get("probabilities") or {})),
            Html(facts(told)),
        ]
    )


def _model(model: Mapping[str, Any], trained_us: int | None) -> Html:
    name = tag("p", tag("b", model.get("tag")), class_="told")
    if model.get("recipe") is None:
        return join([name, paragraph(UNKNOWN_MODEL, "note")])
    shipped, seed = model.get("shipped") or {}, model.get("seed")
    told = {
        "Ships": name_member(shipped.get("procedure") or shipped.get("ensemble") or MISSING),
        **_worth(model.get("headline") or {}),
        **({"Trained": moment(trained_us)} if trained_us else {}),
        "Effort": model.get("effort") or MISSING,
        "Seed": MISSING if seed is None else seed,
        "Recipe": abridge(model.get("recipe")),
        "Code": abridge(model.get("code")),
    }
    return join([name, Html(facts(told)), fold("Libraries", _libraries(model.get("libraries") or {}))])


def _worth(headline: Mapping[str, Any]) -> dict[str, str]:
    accuracy = headline.get("accuracy")
    if not accuracy:
        return {}
    ends = bounds(accuracy, is_share=True)
    return {"Right on rows it never saw": f"{share(accuracy['value'])}{f' ({ends})' if ends else ''}"}


def _libraries(libraries: Mapping[str, str]) -> Html:
    rows = [[name, version] for name, version in sorted(libraries.items())]
    return table(["Library", "Version"], rows, caption="Libraries it was trained with") if rows else Html()


def _snapshot(pedigree: Pedigree) -> Html:
    snapshot = pedigree.get("snapshot")
    if not snapshot:
        return paragraph("The ledger does not hold the snapshot that it was trained on.", "note")
    told = {"Snapshot": abridge(snapshot.get("id")), "Records": count(snapshot.get("n_rows"), "record")}
    arrivals = pedigree.get("arrivals") or []
    lines = [tag("li", _arrival(one)) for one in arrivals[:MOST_ARRIVALS]]
    left = len(arrivals) - len(lines)
    more = paragraph(f"And {count(left, 'arrival')} more.", "hint") if left else None
    return join([Html(facts(told)), tag("ul", *lines, class_="arrivals") if lines else None, more])


def _arrival(arrival: Mapping[str, Any]) -> Html:
    """Say when the records arrived, and from where."""
    asked = ", ".join(f"{name} {number(value)}" for name, value in (arrival.get("request") or {}).items())
    words = tag("small", f"asked for {asked}", class_="ends") if asked else None
    return join(
        [
            f"Arrived {moment(arrival.get('time_us'))} from ",
            tag("span", arrival.get("source"), class_="tag"),
            words,
        ]
    )


def _generation(pedigree: Pedigree) -> Html:
    generation = pedigree.get("generation")
    if not generation:
        return paragraph(UNPROMOTED, "note")
    told = {
        "Generation": generation["number"],
        "By": generation["who"],
        "When": moment(generation["time_us"]),
    }
    others = [
        str(one["number"])
        for one in pedigree.get("generations") or []
        if one["number"] != generation["number"]
    ]
    if others:
        told["Also champion of"] = f"generation {', '.join(others)}"
    return join([tag("p", "“", tag("b", generation["why"]), "”", class_="told"), Html(facts(told))])
