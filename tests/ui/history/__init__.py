"""Tests of what the History tab shows."""
