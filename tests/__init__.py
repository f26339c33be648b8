"""The tests mirror the rooms; fixtures that several rooms share live in `tests/fixtures`."""
