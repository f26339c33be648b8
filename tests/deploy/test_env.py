"""The file of secrets."""

from __future__ import annotations

import re

from deploy.env import EXAMPLE, filled


def test_secret_is_random() -> None:
    """What has no value in the example gets another one each time, and the rest stays."""
    one, other = (filled("# A=\nKEY=\nNAME=x\n").splitlines() for _ in range(2))

    assert re.fullmatch(r"KEY=[0-9a-f]{40}", one[1])
    assert one[1] != other[1]
    assert (one[0], one[2]) == ("# A=", "NAME=x")


def test_example_holds_no_secret() -> None:
    """Its secrets are left open."""
    lines = EXAMPLE.read_text().splitlines()

    assert {line for line in lines if "KEY" in line and "=" in line} == {
        "AWS_ACCESS_KEY_ID=",
        "AWS_SECRET_ACCESS_KEY=",
    }
