"""Figures as plain Plotly dictionaries, drawn in the browser in the colours of the theme that is shown."""
