"""The page of settings is complete."""

import re
from pathlib import Path

from herdbook.settings import PREFIX, Settings

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


def test_page_lists_every_setting() -> None:
    """A setting that is added or dropped changes the page."""
    listed = re.findall(rf"^\| `({PREFIX}\w+)`", PAGE.read_text(encoding="utf-8"), re.M)

    assert sorted(listed) == sorted(PREFIX + name.upper() for name in Settings.model_fields)
