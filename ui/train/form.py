"""What a training is started with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

EFFORTS = [("Quick: seconds to minutes", "quick"), ("Thorough: a wider search", "thorough")]
MOST_SEED = 2**32 - 1
LEAD = (
    "A training takes the latest records, finds settings, members and calibration anew, and measures the "
    "model on rows it never saw. It changes nothing that serves: you promote its model, or leave it."
)


@dataclass(frozen=True)
class Form:
    """The fields and buttons of the form."""

    effort: gr.Radio
    fresh: gr.Checkbox
    seed: gr.Textbox
    budget: gr.Textbox
    again: gr.Checkbox
    start: gr.Button
    stop: gr.Button
    refusal: gr.HTML
    said: gr.HTML

    @property
    def fields(self) -> list[Any]:
        """The fields, in the order of `read_form`."""
        return [self.effort, self.fresh, self.seed, self.budget, self.again]


def lay_out_form() -> Form:
    """Lay out the form."""
    gr.HTML(f'<h2>Train a model</h2><p class="lead">{LEAD}</p>')
    effort = gr.Radio(EFFORTS, value="quick", label="Effort")
    fresh = gr.Checkbox(False, label="Fetch fresh records first", info="Else it takes the latest snapshot.")
    with gr.Accordion("More settings", open=False):
        seed = gr.Textbox(label="Seed", info="A whole number. Empty: the dataset's own.", max_length=10)
        budget = gr.Textbox(label="Budget, CPU-seconds", info="Empty: no bound.", max_length=12)
        again = gr.Checkbox(False, label="Train even if the same was trained before")
    refusal, said = gr.HTML(), gr.HTML()
    with gr.Row(elem_classes="actions"):
        start = gr.Button("Start training", variant="primary", interactive=False)
        stop = gr.Button("Stop it", variant="stop", visible=False)
    return Form(effort, fresh, seed, budget, again, start, stop, refusal, said)


def read_form(effort: str, fresh: bool, seed: str, budget: str, again: bool) -> dict[str, Any]:
    """Read what was typed as the client takes it.

    Raises
    ------
    ValueError
        With a sentence that says which field is wrong.

    Examples
    --------
    >>> read_form("quick", False, " 7 ", "", False)
    {'effort': 'quick', 'seed': 7, 'budget_cpu_s': None, 'again': False, 'ingest': False}
    """
    return {
        "effort": effort,
        "seed": _seed(seed.strip()),
        "budget_cpu_s": _budget(budget.strip()),
        "again": again,
        "ingest": fresh,
    }


def _seed(typed: str) -> int | None:
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and int(typed) <= MOST_SEED):
        raise ValueError(
            f"The seed is {typed!r}: give a whole number from 0 to {MOST_SEED:,}, or leave it empty."
        )
    return int(typed)


def _budget(typed: str) -> float | None:
    if not typed:
        return None
    try:
        seconds = float(typed)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e9:
        raise ValueError(f"The budget is {typed!r}: give a number of CPU-seconds above 0, or leave it empty.")
    return seconds
