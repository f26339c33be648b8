"""Work beside answering: processes of low priority that a worker starts when there is something to do.

They know the book, and neither BentoML nor a request; a worker asks them, and they end with it.
"""
