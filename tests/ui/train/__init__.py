"""Tests of what the Train tab shows."""
