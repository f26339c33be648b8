"""The book: datasets, records, frames, the ledger, model packages and the prediction log.

It does not know BentoML, web servers or how a model is fitted.
"""
