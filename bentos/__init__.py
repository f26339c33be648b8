"""What runs inside the Bento: decoding, batching, the write-ahead log, limits and the routes.

It does not know how a model is fitted.
"""
