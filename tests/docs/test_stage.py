"""The stage itself: it runs blocks for real and notices when they are not as shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.block import Block
from tests.docs.stage import Stage

HERE = Path(__file__)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Give a stage on which nothing has been played."""
    with Stage(tmp_path) as stage:
        yield stage


def test_stage_compares_json_with_what_the_block_before_printed(stage: Stage) -> None:
    """A json block is the answer of the block before it."""
    stage.play(Block(HERE, 1, "bash", """echo '{"label": "dog", "confidence": 0.9}'"""))

    stage.play(Block(HERE, 2, "json", '{"label": "dog", "confidence": 0.5}'))

    with pytest.raises(AssertionError, match="shows another answer"):
        stage.play(Block(HERE, 3, "json", '{"label": "chicken", "confidence": 0.5}'))


def test_stage_fails_with_the_place_of_the_block(stage: Stage) -> None:
    """A failing block is named by file and line."""
    with pytest.raises(AssertionError, match=r"test_stage.py:7 ended with 3"):
        stage.play(Block(HERE, 7, "bash", "exit 3"))


def test_stage_moves_the_default_ports(stage: Stage) -> None:
    """No block talks to the ports of a Herdbook that runs beside the tests."""
    stage.play(Block(HERE, 1, "python", "print('http://127.0.0.1:3000 http://127.0.0.1:8777 13000')"))

    printed = stage._printed.split()

    assert not {"http://127.0.0.1:3000", "http://127.0.0.1:8777"} & set(printed)
    assert printed[2] == "13000"


def test_stage_compares_console_output(stage: Stage) -> None:
    """A console block is checked command by command."""
    stage.play(Block(HERE, 1, "console", "$ echo one two\none …\n$ true\n"))

    with pytest.raises(AssertionError, match="shows 'one'"):
        stage.play(Block(HERE, 2, "console", "$ echo two\none\n"))
