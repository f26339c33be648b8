"""What `up` says at its end."""

from __future__ import annotations

import json
import shlex

import pytest

from cli.announce import curl_block, curl_line, example_record
from herdbook.dataset import find_dataset
from herdbook.settings import Settings

URL = "http://127.0.0.1:3000"


@pytest.mark.parametrize("name", ["animals", "iris"])
def test_curl_block_pastes_as_the_same_command_as_the_line(name: str) -> None:
    """Folded to 80 columns, a shell reads the same words and the same record."""
    dataset = find_dataset(Settings(), name)

    block, line = curl_block(URL, dataset), curl_line(URL, dataset)

    words, in_line = shlex.split(block.replace("\\\n", " ")), shlex.split(line)
    assert words[:-1] == in_line[:-1]
    assert json.loads(words[-1]) == json.loads(in_line[-1]) == example_record(dataset)
    assert max(map(len, block.splitlines())) <= 76
