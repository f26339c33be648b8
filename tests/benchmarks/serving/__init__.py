"""Tests of the comparison of ways to serve, on made-up figures."""
