"""Tests of what the Models tab shows."""
