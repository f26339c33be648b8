"""Tags: how people call a model."""

from __future__ import annotations

import re

from herdbook import keys
from herdbook.errors import ModelMissingError

TAG = re.compile(rf"(?P<dataset>{keys.DATASET_NAME}):(?P<version>[0-9a-f]{{12}})")


def tag_of(dataset: str, version: str) -> str:
    """Give the tag, such as `animals:3f2a9c01d4b7`, of a version."""
    return f"{dataset}:{version[:12]}"


def split_tag(tag: str) -> tuple[str, str]:
    """Split a tag into its dataset and the first twelve digits of its version.

    >>> split_tag("animals:3f2a9c01d4b7")
    ('animals', '3f2a9c01d4b7')

    Raises
    ------
    ModelMissingError
        It is no tag.
    """
    if (match := TAG.fullmatch(tag)) is None:
        raise ModelMissingError(
            tag, cure="a tag looks like `animals:3f2a9c01d4b7`; `herdbook models` lists them"
        )
    return match["dataset"], match["version"]


def is_tag(text: str) -> bool:
    """Tell whether a text has the form of a tag."""
    return TAG.fullmatch(text) is not None
