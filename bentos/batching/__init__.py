"""When requests are answered together: what waits, how long it pays to hold it back, what a batch costs.

It knows nothing of HTTP or of how a model works.
"""
