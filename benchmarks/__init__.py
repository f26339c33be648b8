"""Measurements, run by hand: what Herdbook costs. They know how to start it and read clocks, and test nothing."""
