"""What is asked of the spool alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from herdbook.prediction_log.row import new_ids
from herdbook.prediction_log.unsealed import is_unsealed
from tests.fixtures.log import logged_of, write_spool

ROOT = Path(__file__).parents[2]


def test_is_unsealed_finds_any_row_of_any_file(tmp_path: Path) -> None:
    """Every row that waits is found, in whatever file and frame it is, and no other."""
    first, second, third = logged_of(3), logged_of(2, model="mixed:other"), logged_of(1)
    write_spool(tmp_path, [first], [second])
    write_spool(tmp_path, [third])

    assert all(is_unsealed(tmp_path, "mixed", id_) for each in (first, second, third) for id_ in each.ids)
    assert is_unsealed(tmp_path, "mixed", third.ids[0].upper())
    assert not is_unsealed(tmp_path, "mixed", new_ids(1)[0])
    assert not is_unsealed(tmp_path, "other", first.ids[0])


def test_is_unsealed_of_no_id_is_refused(tmp_path: Path) -> None:
    """What is no UUID was never logged by anybody; to ask for it is a mistake."""
    with pytest.raises(ValueError, match="UUID"):
        is_unsealed(tmp_path, "mixed", "17")


def test_is_unsealed_imports_no_arrow(tmp_path: Path) -> None:
    """A worker may ask without becoming heavier."""
    path = write_spool(tmp_path, [logged := logged_of()])
    script = f"""
import sys; from pathlib import Path; from herdbook.prediction_log.unsealed import is_unsealed
assert is_unsealed(Path({str(path.parent.parent)!r}), "mixed", {logged.ids[0]!r})
sys.exit("pyarrow" if "pyarrow" in sys.modules else 0)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False)

    assert done.stderr.decode().strip() == ""
