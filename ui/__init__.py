"""The faces: the Gradio pages through which people meet a service.

It is a client of the HTTP API in a process of its own; it does not know models, the ledger or files.
"""
