"""Filters of keys: none that is there is denied, and few that are not are taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herdbook import keys
from herdbook.errors import FormatUnknownError
from herdbook.ledger import Ledger
from herdbook.prediction_log import keyset
from herdbook.prediction_log.history import history
from herdbook.prediction_log.index import SegmentIndex
from herdbook.prediction_log.segment import seal_file
from tests.fixtures.log import MIXED, logged_of, write_spool


@given(st.sets(st.text(max_size=20).filter(lambda text: text.isprintable()), min_size=1, max_size=60))
def test_keyset_never_denies_a_key_that_is_there(kept: set[str]) -> None:
    """Whatever the keys, each of them is found."""
    body = keyset.build(sorted(kept))

    assert all(keyset.may_contain("x.keys", body, key) for key in kept)


def test_keyset_takes_few_keys_that_are_not_there() -> None:
    """Of ten thousand other keys about one in a hundred is taken for one that is there."""
    body = keyset.build([f"hen-{nth}" for nth in range(10_000)])

    taken = sum(keyset.may_contain("x.keys", body, f"cow-{nth}") for nth in range(10_000))

    assert taken < 200


@pytest.mark.parametrize("body", [b"", b"junk", b"HERDKEY\x02abcdefgh", keyset.MAGIC])
def test_keyset_of_another_format_is_refused(body: bytes) -> None:
    """A filter that this Herdbook does not know is named, not taken for one without the key."""
    with pytest.raises(FormatUnknownError, match=r"x\.keys"):
        keyset.may_contain("x.keys", body, "hen-1")


def test_history_of_a_key_reads_no_segment_without_it(ledger: Ledger, tmp_path: Path) -> None:
    """Segments of other keys, and of none, may be away: they are not asked."""
    for names in (["hen-1", None], ["cow-1", "cow-2"], [None, None]):
        seal_file(ledger, write_spool(tmp_path, [logged_of(2, keys=names)]))
    for entry in SegmentIndex(ledger, "mixed").live().segments.values():
        if entry.n_keys != 1:
            (Path(ledger.url) / keys.segment("mixed", entry.date, entry.name)).unlink()

    rows = history(ledger, tmp_path / "none", MIXED, key="hen-1").rows

    assert [row["key"] for row in rows] == ["hen-1"]
