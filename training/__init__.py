"""From raw records to a registered model: ingest, check, discover, label, tune, evaluate, register.

It does not know HTTP routes or the UI.
"""
