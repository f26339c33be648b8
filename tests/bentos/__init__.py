"""Tests of bentos."""
