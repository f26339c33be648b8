"""The blocks of a document are found, and compared with what was answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.block import blocks_of, is_json_like, is_line_like, steps_of

DOCUMENT = """# A title

```bash
echo one
```

- in a list

  ```python
  print(
      "two"
  )
  ```

```text
never run
```

```json
{"three": 3}
```
"""


def test_blocks_are_found_in_order_with_their_lines(tmp_path: Path) -> None:
    """Blocks to be run come in order, without their indent; others are left out."""
    path = tmp_path / "README.md"
    path.write_text(DOCUMENT)

    blocks = blocks_of(path)

    assert [(block.language, block.place) for block in blocks] == [
        ("bash", "README.md:3"),
        ("python", "README.md:9"),
        ("json", "README.md:19"),
    ]
    assert blocks[1].text == 'print(\n    "two"\n)\n'


@pytest.mark.parametrize(
    ("shown", "got"),
    [
        ('{"a": 1}', '{"a": 2.5}'),
        ('{"a": 1, "…": 0}', '{"a": 2, "b": "c"}'),
        ('{"id": "019a…"}', '{"id": "019a77"}'),
        ('[{"a": true}]', '[{"a": true}, {"a": true}]'),
        ("null", "null"),
    ],
)
def test_json_like_accepts_what_is_shown(shown: str, got: str) -> None:
    """Numbers and marked text may differ."""
    assert is_json_like(shown, got)


@pytest.mark.parametrize(
    ("shown", "got"),
    [
        ('{"a": 1}', '{"a": 1, "b": 2}'),
        ('{"a": 1}', '{"a": true}'),
        ('{"a": "dog"}', '{"a": "cat"}'),
        ('{"a": true}', '{"a": false}'),
        ('[{"a": 1}]', '[{"b": 1}]'),
        ("{}", "no JSON"),
    ],
)
def test_json_like_refuses_what_differs(shown: str, got: str) -> None:
    """Names, types, labels and truth values may not differ."""
    assert not is_json_like(shown, got)


def test_steps_are_commands_with_their_output() -> None:
    """A console block is split at its prompts."""
    steps = steps_of("$ echo one\none\n$ true\n$ date\n…\n")

    assert steps == [("echo one", "one"), ("true", ""), ("date", "…")]
    assert is_line_like("Up in … s", "Up in 12.5 s")
