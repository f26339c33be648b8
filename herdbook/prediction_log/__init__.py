"""The prediction log: its row, its spool files, its segments, their index, and reading it all back.

It does not know threads, requests or how a prediction is made.
"""
