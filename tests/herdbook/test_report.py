"""Reports and the JSON objects of the ledger."""

from __future__ import annotations

import pytest

from herdbook import document, keys
from herdbook.errors import FormatUnknownError, KeyInvalidError, ReportMissingError
from herdbook.ledger import Ledger
from herdbook.report import find_report, read_report, resolve_report, write_report


def test_report_comes_back_under_its_content_hash(any_ledger: Ledger) -> None:
    """Equal reports are one object, whatever the order of their names."""
    name = write_report(any_ledger, "animals", "discovery", {"clusters": 4, "share": 0.95})

    again = write_report(any_ledger, "animals", "discovery", {"share": 0.95, "clusters": 4})

    assert again == name
    stored = [entry.key for entry in any_ledger.list(keys.report_folder("animals", "discovery"))]
    assert stored == [keys.report("animals", "discovery", name)]
    assert document.read(any_ledger, stored[0]) == {"format": 1, "clusters": 4, "share": 0.95}


def test_report_of_an_invalid_kind_is_refused(ledger: Ledger) -> None:
    """The kind stands in the key."""
    with pytest.raises(KeyInvalidError):
        write_report(ledger, "animals", "../models", {})


def test_report_with_nan_is_refused(ledger: Ledger) -> None:
    """JSON has no NaN, so no report has one."""
    with pytest.raises(ValueError, match="JSON compliant"):
        write_report(ledger, "animals", "discovery", {"share": float("nan")})


def test_report_about_a_model_is_found(ledger: Ledger) -> None:
    """Among the reports of a kind the one that names the model; None if there is none."""
    for tag in ("animals:a", "animals:b"):
        write_report(ledger, "animals", "timings", {"model": tag, "says": tag.upper()})

    found = find_report(ledger, "animals", "timings", model="animals:b")

    assert found == {"format": 1, "model": "animals:b", "says": "ANIMALS:B"}
    assert find_report(ledger, "animals", "timings", model="animals:c") is None
    assert find_report(ledger, "animals", "discovery", model="animals:b") is None


def test_report_is_found_by_its_first_digits(ledger: Ledger) -> None:
    """Eight digits or more tell a report; format 2 is read like format 1."""
    name = write_report(ledger, "animals", "discovery", {"format": 2, "n_clusters": 4})
    folder = keys.report_folder("animals", "discovery")
    ledger.create(f"{folder}{name[:10]}{'g' * 54}.json", b"{}")

    assert resolve_report(ledger, "animals", "discovery", name[:12]) == name
    assert read_report(ledger, "animals", "discovery", name) == {"format": 2, "n_clusters": 4}
    with pytest.raises(ReportMissingError, match="begin like this"):
        resolve_report(ledger, "animals", "discovery", name[:8])
    with pytest.raises(ReportMissingError, match="first 8 digits or more"):
        resolve_report(ledger, "animals", "discovery", name[:7])


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"null", b"{}", b'{"format": 2}', b'{"format": "1"}'])
def test_foreign_document_is_refused(ledger: Ledger, body: bytes) -> None:
    """What is no JSON object of format 1 is named, not half read."""
    key = keys.report("animals", "discovery", "0" * 64)
    ledger.create(key, body)

    with pytest.raises(FormatUnknownError, match="this Herdbook reads"):
        document.read(ledger, key)
