"""Pages: JSON reports in, self-contained HTML pages out, each readable without a network.

It does not know how anything was fitted, nor where a report is stored.
"""
