"""The Python client of a running service: it knows the HTTP API.

It does not know models, the ledger, BentoML or scikit-learn, and its import is light.
"""
