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
    record = example_record(find_dataset(Settings(), name), dict)

    block, line = curl_block(URL, record), curl_line(URL, record)

    words, in_line = shlex.split(block.replace("\\\n", " ")), shlex.split(line)
    assert words[:-1] == in_line[:-1]
    assert json.loads(words[-1]) == json.loads(in_line[-1]) == record
    assert max(map(len, block.splitlines())) <= 76


def test_example_record_is_a_golden_one_where_a_feature_has_no_example() -> None:
    """A null would be refused: the model's own card has a record that it answered."""
    dataset = find_dataset(Settings(), "iris")
    bare = [dataset.features[0].model_copy(update={"example": None}), *dataset.features[1:]]
    golden = {feature.name: 1.0 for feature in bare}

    told = dataset.model_copy(update={"features": tuple(bare)})
    record = example_record(told, lambda: {"golden": {"records": [golden, {}]}})

    assert record == golden
