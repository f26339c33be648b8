"""What the documentation shows, run as it stands there.

It knows Markdown and processes; it does not know Herdbook's modules.
"""
