"""The Predict tab in a real browser, against a real service."""

from __future__ import annotations

import csv
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.service import Service
from tests.ui.conftest import Opener, shoot

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("ui")]

HEADS = ["name", "walks_on_n_legs", "height", "weight", "has_wings", "has_tail"]
ROWS = [
    ["007", "4", "0.6", "30", "false", "true"],
    ["008", "4", "tall", "30", "false", "true"],
    ["009", "2", "0.4", "2", "1", "True"],
]


def push(page: Page) -> None:
    """Ask for the prediction of what stands in the form."""
    page.get_by_role("button", name="Predict", exact=True).click()


def write_csv(path: Path, rows: list[list[str]]) -> Path:
    """Write a file of animals."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADS, *rows])
    return path


def test_form_shows_every_feature_with_unit_bounds_and_example(page: Page) -> None:
    """A person sees what to enter, in which unit and between which bounds, and an example is filled in."""
    height = page.get_by_label("Height")

    expect(height).to_have_value("0.6")
    expect(page.locator("label", has_text="Height")).to_contain_text("(m)")
    expect(height).to_have_accessible_description("Height at the shoulder or head. 0 to 20 m.")
    expect(page.get_by_label("Has tail")).to_be_checked()
    expect(page.get_by_label("Has wings")).not_to_be_checked()


def test_predict_example_shows_label_probabilities_and_logged_id(page: Page, herd: Service) -> None:
    """The example's answer stands there with its probabilities, and its id is that of a logged prediction."""
    push(page)
    answer = page.get_by_role("region", name="Answer")

    expect(answer.locator(".label")).to_have_text("dog")
    expect(
        answer.get_by_role("list", name="Probability of each class").get_by_role("listitem")
    ).to_have_count(4)
    expect(answer).not_to_contain_text("take the label with care")
    id_ = answer.locator("dt:has-text('Prediction') + dd").inner_text()
    logged = httpx.get(f"{herd.url}/predictions/{id_}").json()
    assert logged["label"] == "dog"
    shoot(page, "predict")


def test_predict_by_keyboard_alone(page: Page) -> None:
    """Tab and Enter lead from the form to its answer, and the focus can be seen."""
    page.get_by_label("Walks on n legs").focus()
    page.keyboard.press("Tab")

    expect(page.get_by_label("Height")).to_be_focused()
    expect(page.get_by_label("Height")).to_have_css("outline-width", "2px")
    page.keyboard.press("Enter")
    expect(page.locator(".answer .label")).to_have_text("dog")


def test_predict_outlier_warns_in_words(page: Page) -> None:
    """A record unlike all others is warned of in a sentence."""
    page.get_by_label("Walks on n legs").fill("8")
    page.get_by_label("Height").fill("19")
    push(page)

    expect(page.get_by_role("region", name="Answer")).to_contain_text("Unlike anything in the training data")


def test_predict_out_of_bounds_says_so_at_the_field(opened: Opener) -> None:
    """A value beyond its bounds is refused with a sentence at its field, which gets the focus."""
    page = opened(strict=False)
    page.get_by_label("Height").fill("30")
    push(page)

    expect(page.get_by_label("Height")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Height")).to_be_focused()
    expect(page.locator("#predict-height-fault")).to_contain_text("30")
    expect(page.get_by_role("alert")).to_contain_text("was not predicted")
    page.get_by_label("Height").fill("0.6")
    push(page)
    expect(page.locator(".answer .label")).to_have_text("dog")
    expect(page.locator("#predict-height-fault")).to_be_hidden()


def test_csv_file_is_answered_row_by_row(page: Page, tmp_path: Path) -> None:
    """Each row keeps its place: answered or with its error; other columns pass through unchanged."""
    page.get_by_label("Height").wait_for()
    page.set_input_files("input[type=file]", write_csv(tmp_path / "herd.csv", ROWS))
    table = page.get_by_role("region", name="Answers")

    expect(table.locator("tbody tr")).to_have_count(3)
    expect(table.locator("tr.wrong")).to_have_count(1)
    expect(table.locator("tr.wrong td.error")).to_contain_text("height")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the answers").click()
    with Path(waiting.value.path()).open(newline="") as file:
        written = list(csv.DictReader(file))
    assert waiting.value.suggested_filename == "herd-predicted.csv"
    assert [row["name"] for row in written] == ["007", "008", "009"]
    assert [row["label"] for row in written] == ["dog", "", "chicken"]
    assert [row["height"] for row in written] == ["0.6", "tall", "0.4"]
    shoot(page, "predict-many")


def test_csv_file_without_records_is_refused_with_a_sentence(page: Page, tmp_path: Path) -> None:
    """A file of column names alone is told so."""
    page.get_by_label("Height").wait_for()
    page.set_input_files("input[type=file]", write_csv(tmp_path / "empty.csv", []))

    expect(page.get_by_role("alert")).to_contain_text("has no records")
