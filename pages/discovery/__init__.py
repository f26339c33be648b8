"""The page of a discovery: which groups there are, what makes them, and how far they hold.

It does not know how clusters are found.
"""

from pages.discovery.render import render

__all__ = ["render"]
