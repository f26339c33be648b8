"""What the documentation's site takes from the code: routes, commands and pages that lie elsewhere.

It knows Markdown, and asks the program for its own description; it is no part of the program.
"""
