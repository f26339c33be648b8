"""The documentation, and in `hooks` what makes a site of it."""
