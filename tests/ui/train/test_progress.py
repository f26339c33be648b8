"""How far a training is, in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.figure.reading import words
from ui.train.progress import LOST, NONE_YET, STOPPED, show_earlier, show_progress

CHECK = {
    "step": "check",
    "total": None,
    "done": 0,
    "note": "150 accepted",
    "is_finished": True,
    "took_s": 0.2,
}
EVALUATE = {"step": "evaluate", "total": 40, "done": 12, "note": None, "is_finished": False, "took_s": 21.0}


def training(**changed: Any) -> dict[str, Any]:
    """Give a training that runs, as the service tells it, with some of it changed."""
    told = {"id": "1", "state": "running", "started_us": 0, "ended_us": None, "cpu_s": 3.5, "error": None}
    return {
        **told,
        "wanted": {"effort": "quick", "seed": 3},
        "steps": [CHECK, EVALUATE],
        "log": "",
        **changed,
    }


def test_progress_of_none_says_so():
    """A service on which nothing was trained yet says what to do."""
    assert words(show_progress(None)).strip() == NONE_YET


def test_progress_shows_steps_with_counts_and_times():
    """A finished step has its note, the running one a bar with its count, and both their time."""
    html = show_progress(training(), now_us=75_000_000)

    assert "A training runs Wanted quick, seed 3" in words(html)
    assert "For 1 min 15 s Computing time 3.5 s of CPU" in words(html)
    assert "Check 0.2 s 150 accepted" in words(html)
    assert "Evaluate 21 s 12 of 40" in words(html)
    assert '<progress class="bar" value="12" max="40" aria-label="Evaluate">' in html


def test_progress_before_the_first_step_says_what_it_waits_for():
    """The first seconds go by before a step begins."""
    assert "It is starting" in words(show_progress(training(steps=[])))


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [
        ("failed", "the source is away; start it", "The source is away; start it."),
        ("failed", None, "The training failed and gave no reason; its log may tell."),
        ("stopped", None, STOPPED),
        ("lost", None, LOST),
    ],
)
def test_progress_of_an_ending_says_it_in_a_sentence(state: str, error: str | None, said: str):
    """Whatever ended a training is told, and no step of it seems to run on."""
    html = show_progress(training(state=state, error=error, ended_us=9_000_000))

    assert said in words(html)
    assert 'class="work"' not in html
    assert "Took 9.0 s" in words(html)


def test_progress_escapes_the_log():
    """What a library prints is text."""
    html = show_progress(training(log="<script>alert(1)</script>\n"))

    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_earlier_trainings_have_a_line_each():
    """Those before the newest are listed, with what was wanted and how they ended."""
    said = words(
        show_earlier([training(state="done"), training(state="failed", wanted={"budget_cpu_s": 30})])
    )

    assert "2 trainings before" in said
    assert "1970-01-01 00:00:00 UTC: quick, at most 30 s of CPU, failed" in said
