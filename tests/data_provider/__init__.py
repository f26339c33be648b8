"""Tests of data_provider."""
