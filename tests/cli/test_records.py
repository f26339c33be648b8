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


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ('[{"a": 1}, {"b": NaN}]', "record 1, field 'b': got NaN"),
        ('{"b": [1e999]}', "record 0, field 'b': got NaN or infinity"),
        ('{"key": "\\ud800"}', "record 0, field 'key': got half a surrogate pair"),
        ("[" * 100_000, "nested too deeply"),
        ('{"a": 1}\n' + "[" * 100_000, "nested too deeply"),
    ],
    ids=["nan", "infinity", "surrogate", "deep", "deep line"],
)
def test_read_records_names_what_json_cannot_say(given: str, place: str) -> None:
    """What Python would read but no service can be sent is wrong usage, with its place."""
    with pytest.raises(click.UsageError, match=place):
        read_records(given, ANIMALS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("height,weight\n1,2\n1,2,3,4\n", "line 3 of the CSV cannot be read: 2 more cells"),
        ("height,weight\n1," + "2" * 131_073, "line 2 of the CSV cannot be read: field larger"),
        ("height;weight\n1;2\n", "its columns are 'height;weight'; expected, parted by commas"),
        ("height,weight,height\n1,2,3\n", "names 'height' more than once"),
    ],
    ids=["wide row", "large cell", "semicolon", "column twice"],
)
def test_read_records_names_the_line_of_a_broken_csv(tmp_path: Path, text: str, said: str) -> None:
    """A row of another width, a huge cell, another separator and a column named twice are wrong usage."""
    (tmp_path / "broken.csv").write_text(text)

    with pytest.raises(click.UsageError, match=said):
        read_records(str(tmp_path / "broken.csv"), ANIMALS)


def test_read_records_leaves_undeclared_columns_out_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What check leaves out of a training table is no part of a record either, but never silently."""
    (tmp_path / "more.csv").write_text("sepal_length,colour,species,key\n5.1,red,setosa,f1\n")

    assert read_records(str(tmp_path / "more.csv"), IRIS) == [{"sepal_length": 5.1, "key": "f1"}]
    assert capsys.readouterr().err == "left out, for iris declares no such feature: 'colour'\n"


@pytest.mark.parametrize("text", ['\ufeff{"height": 1}', "\ufeffheight\n1\n"])
def test_read_records_drops_the_byte_order_mark_of_stdin(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some editors begin a file with a mark; it is no part of a name."""
    monkeypatch.setattr("sys.stdin", io.StringIO(text))

    assert read_records("-", ANIMALS) == [{"height": 1}]


def test_read_records_parts_json_lines_by_line_feeds_only(tmp_path: Path) -> None:
    """A text may hold U+2028, which is a separator of lines elsewhere."""
    (tmp_path / "some.jsonl").write_text('{"key": "a\u2028b"}\n{"key": "c"}\n', encoding="utf-8")

    assert [each["key"] for each in read_records(str(tmp_path / "some.jsonl"), IRIS)] == ["a\u2028b", "c"]
