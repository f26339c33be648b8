"""Why somebody does not take part."""

from __future__ import annotations


class AbsentError(Exception):
    """A contestant cannot be measured here; its message says why, and stands in the table."""
