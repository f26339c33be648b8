"""The picture of `herdbook up` in the README."""

from __future__ import annotations

import subprocess
import sys

from tools.up_picture import PICTURE

ROOT = PICTURE.parents[2]


def test_picture_is_what_the_command_draws_today() -> None:
    """Drawn anew it is the same, byte for byte: `python -m tools.up_picture` makes it."""
    code = "import sys; from tools.up_picture import picture; sys.stdout.write(picture())"

    drawn = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True).stdout

    assert drawn.decode() == PICTURE.read_text(encoding="utf-8")


def test_picture_needs_nothing_from_the_network() -> None:
    """No font and no image is fetched: an SVG in a README may not."""
    drawn = PICTURE.read_text(encoding="utf-8")

    assert "@font-face" not in drawn
    assert "url(http" not in drawn
    assert "<image" not in drawn
