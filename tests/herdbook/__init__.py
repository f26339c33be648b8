"""Tests of herdbook."""
