"""Tests of what is beside the code: images, Compose, and what GitHub runs."""
