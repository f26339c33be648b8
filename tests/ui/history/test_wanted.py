"""The filters of the prediction log."""

from __future__ import annotations

import pytest

from ui.history.wanted import read_wanted, write_form


def test_wanted_reads_times_as_utc():
    """A moment without a zone is in UTC, as the form says."""
    wanted = read_wanted({"start": "2026-11-22T05:40", "end": "2026-11-22T05:41:30", "model": "iris:1"})

    assert wanted == {"start": 1_795_326_000_000_000, "end": 1_795_326_090_000_000, "model": "iris:1"}


def test_wanted_of_nothing_is_everything():
    """An empty form filters nothing."""
    assert read_wanted({"start": "", "end": "", "label": "", "model": "", "key": "  "}) == {}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"start": "yesterday"}, "“From” is 'yesterday', which is no moment"),
        ({"end": "2026-13-01"}, "“Until” is '2026-13-01', which is no moment"),
        ({"start": "2026-01-02", "end": "2026-01-02"}, "“From” is not before “Until”"),
    ],
)
def test_wanted_refuses_in_a_sentence(typed: dict[str, str], said: str):
    """What cannot be a range of time is refused with the field that is wrong."""
    with pytest.raises(ValueError, match=said):
        read_wanted(typed)


def test_form_labels_every_field_and_escapes_choices():
    """Each field has a label, and a class of any name is text."""
    html = write_form(["<b>"], ["iris:1"])

    assert html.count("<label for=") == html.count('id="history-') - html.count('-help"') // 2
    assert "&lt;b&gt;" in html
    assert "<b>" not in html
