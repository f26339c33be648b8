"""Benchmarks of discovery."""
