"""Measurements, run by hand: what Herdbook costs. They start it and read clocks, and test nothing."""
