"""Records as a person gives them to `predict`."""

from __future__ import annotations

import io
from pathlib import Path

import click
import pytest

from cli.records import read_records
from herdbook.dataset import find_dataset
from herdbook.settings import Settings

ANIMALS = find_dataset(Settings(), "animals")
IRIS = find_dataset(Settings(), "iris")
DOG = {"walks_on_n_legs": 4, "height": 0.5, "weight": 20.0, "has_wings": False, "has_tail": True}


@pytest.mark.parametrize("text", ['{"a": 1}', '[{"a": 1}]', '{"records": [{"a": 1}]}', '{"a": 1}\n{"a": 2}'])
def test_read_records_takes_inline_json_in_every_form(text: str) -> None:
    """One record, a list, a request body and JSON lines all mean records."""
    assert read_records(text, ANIMALS)[0] == {"a": 1}


def test_read_records_types_a_csv_file_by_the_dataset(tmp_path: Path) -> None:
    """Texts become integers, numbers and booleans; an empty cell is null."""
    file = tmp_path / "some.csv"
    file.write_text("walks_on_n_legs,height,weight,has_wings,has_tail\n4,0.5,20.0,False,1\n4,,x,no,true\n")

    first, second = read_records(str(file), ANIMALS)

    assert first == DOG
    assert second == {**DOG, "height": None, "weight": "x", "has_wings": "no"}


def test_read_records_leaves_the_label_of_a_training_table_out(tmp_path: Path) -> None:
    """The table that was trained on can be predicted as it stands."""
    file = tmp_path / "flowers.csv"
    file.write_text("sepal_length,species,key\n5.1,setosa,f1\n")

    assert read_records(str(file), IRIS) == [{"sepal_length": 5.1, "key": "f1"}]


def test_read_records_takes_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash means stdin."""
    monkeypatch.setattr("sys.stdin", io.StringIO("walks_on_n_legs\n4\n"))

    assert read_records("-", ANIMALS) == [{"walks_on_n_legs": 4}]


@pytest.mark.parametrize("given", ["nowhere.csv", "[]", "[1]", "{broken", "a name\x00with a null"])
def test_read_records_says_what_it_expected(given: str) -> None:
    """Whatever is no records is wrong usage with a sentence."""
    with pytest.raises(click.UsageError, match=r"records|read|JSON"):
        read_records(given, ANIMALS)
