"""The UI in a real browser, against a real service."""
