"""The external data service and its generators of synthetic animals.

It imports nothing of the platform: the two share a contract over HTTP, not code.
"""
