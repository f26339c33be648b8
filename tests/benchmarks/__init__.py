"""Tests of the benchmarks: how they judge and what they write; what they measure is never asserted."""
