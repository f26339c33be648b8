"""How far a training is, from the JSON of `GET /trainings/{id}`."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ui.figure.element import Html, fold, join, tag
from ui.figure.number import MISSING, count, duration, moment, sentence
from ui.markup import facts, notice

Training = Mapping[str, Any]
NONE_YET = (
    "No training has run on this service yet. Start one: its model does not serve until it is promoted."
)
MOST_EARLIER = 8
LOST = "The process of this training is gone without a last word, as after a power cut. Start it again."
STOPPED = "The training was stopped before its end. Nothing of it was published; what serves is unchanged."


def is_running(training: Training | None) -> bool:
    """Tell whether a training runs."""
    return training is not None and training.get("state") == "running"


def show_progress(training: Training | None, *, now_us: int | None = None) -> Html:
    """Show a training: what was wanted, its steps, its end and its log."""
    if training is None:
        return tag("p", NONE_YET, class_="empty")
    now = time.time_ns() // 1000 if now_us is None else now_us
    return join(
        [
            tag("h2", _title(training)),
            Html(facts(_facts(training, now))),
            _ending(training),
            _steps(training),
            _log(training),
        ]
    )


def _title(training: Training) -> str:
    words = {
        "running": "A training runs",
        "done": "The last training is done",
        "failed": "The last training failed",
        "stopped": "The last training was stopped",
        "lost": "The last training was lost",
    }
    return words.get(str(training.get("state")), "The last training")


def _facts(training: Training, now_us: int) -> dict[str, str]:
    started, ended = training.get("started_us"), training.get("ended_us")
    told = {"Wanted": _wanted(training.get("wanted") or {}), "Started": moment(started)}
    if started is not None:
        told["For" if ended is None else "Took"] = duration(((ended or now_us) - started) / 1e6)
    return told | {"Computing time": f"{duration(training.get('cpu_s'))} of CPU"}


def _wanted(wanted: Mapping[str, Any]) -> str:
    said = [str(wanted.get("effort") or "quick")]
    if wanted.get("seed") is not None:
        said.append(f"seed {wanted['seed']}")
    if wanted.get("budget_cpu_s"):
        said.append(f"at most {duration(wanted['budget_cpu_s'])} of CPU")
    if wanted.get("ingest"):
        said.append("with fresh records")
    if wanted.get("again"):
        said.append("even if known")
    return ", ".join(said)


def _ending(training: Training) -> Html:
    state, error = training.get("state"), training.get("error")
    if state == "failed":
        return Html(notice(sentence(error) or "The training failed and gave no reason; its log may tell."))
    if state == "stopped":
        return Html(notice(STOPPED, "warn"))
    return Html(notice(sentence(error) or LOST)) if state == "lost" else Html()


def _steps(training: Training) -> Html:
    """Show every step; before the first one, a running training loads its libraries."""
    steps = training.get("steps") or []
    if not steps:
        said = "It is starting: its process loads the libraries it fits with."
        return tag("p", said, class_="hint") if is_running(training) else Html()
    shown = [_step(step, is_last=step is steps[-1], training=training) for step in steps]
    return tag("ol", *shown, class_="steps", aria_label="Steps")


def _step(step: Mapping[str, Any], *, is_last: bool, training: Training) -> Html:
    """Show a step with its bar, its counts and its time; only the last one can be at work."""
    is_finished = bool(step.get("is_finished"))
    is_at_work = is_last and not is_finished and is_running(training)
    state, sign = ("done", "✓") if is_finished else ("work", "●") if is_at_work else ("cut", MISSING)
    name = sentence(step.get("step")).rstrip(".")
    inside = [
        tag("span", sign, class_="sign", aria_hidden="true"),
        tag("span", name, class_="name"),
        tag("span", duration(step.get("took_s")), class_="took"),
        _bar(step, name, is_finished=is_finished) if is_at_work or step.get("total") else None,
        tag("span", sentence(step.get("note")).rstrip("."), class_="note") if step.get("note") else None,
    ]
    return tag("li", *inside, class_=state)


def _bar(step: Mapping[str, Any], name: str, *, is_finished: bool) -> Html:
    total, done = step.get("total"), step.get("done") or 0
    if not total:
        return tag("progress", class_="bar", aria_label=name)
    told = total if is_finished else min(done, total)
    bar = tag("progress", class_="bar", value=told, max=total, aria_label=name)
    return join([bar, tag("span", f"{told:,} of {total:,}", class_="counted")])


def _log(training: Training) -> Html:
    lines = str(training.get("log") or "").strip()
    if not lines:
        return Html()
    body = tag("div", tag("pre", lines), class_="log", tabindex=0, role="region", aria_label="Log")
    return fold("The end of its log", body)


def show_earlier(earlier: Sequence[Training]) -> Html:
    """List earlier trainings in a line each; nothing, if there are none."""
    lines = [
        tag("li", f"{moment(one.get('started_us'))}: {_wanted(one.get('wanted') or {})}, {one.get('state')}")
        for one in earlier[:MOST_EARLIER]
    ]
    return fold(f"{count(len(earlier), 'training')} before", tag("ul", *lines)) if lines else Html()
