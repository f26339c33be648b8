"""Tests of what is drawn from reports."""
