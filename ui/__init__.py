"""The web page: knows widgets, colours and sentences to a person, and speaks to the service over HTTP.

It does not know models, files of the ledger or how anything is computed.
"""
