"""The page of an evaluation: what a model is worth on rows it never saw, and what qualifies that.

It does not know how models are fitted or scored.
"""

from pages.evaluation.render import render

__all__ = ["render"]
