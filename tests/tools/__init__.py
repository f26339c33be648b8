"""Tests of what stands outside the rooms: the bootstrap and the tools."""
