"""Requests that are answered once: a repeat under the same `Idempotency-Key` gets the first answer again.

It does not know how an answer is made, only that it is kept before its rows are logged.
"""
