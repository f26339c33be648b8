"""The tabs of the page, one a file: each `build(herd)` lays out its widgets and what they do.

A tab does not know the other tabs, nor how the page is served.
"""
