"""The theme: Gradio's variables set to the colours of style.css, in the reader's own fonts."""

from __future__ import annotations

import gradio as gr

SANS = ("system-ui", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
MONO = ("ui-monospace", "SF Mono", "Menlo", "Consolas", "monospace")
COLOURS = {
    "body_background_fill": "paper",
    "body_text_color": "ink",
    "body_text_color_subdued": "soft",
    "background_fill_primary": "panel",
    "background_fill_secondary": "wash",
    "border_color_primary": "line",
    "border_color_accent": "accent",
    "color_accent": "accent",
    "color_accent_soft": "goodwash",
    "link_text_color": "accent",
    "link_text_color_hover": "deep",
    "link_text_color_active": "deep",
    "link_text_color_visited": "accent",
    "block_background_fill": "panel",
    "block_border_color": "line",
    "block_info_text_color": "soft",
    "block_label_background_fill": "panel",
    "block_label_text_color": "ink",
    "block_title_text_color": "ink",
    "checkbox_background_color": "paper",
    "checkbox_background_color_selected": "accent",
    "checkbox_border_color": "edge",
    "checkbox_border_color_focus": "accent",
    "checkbox_label_background_fill": "panel",
    "checkbox_label_background_fill_hover": "wash",
    "checkbox_label_background_fill_selected": "goodwash",
    "checkbox_label_text_color": "ink",
    "checkbox_label_text_color_selected": "ink",
    "error_background_fill": "badwash",
    "error_border_color": "bad",
    "error_text_color": "bad",
    "input_background_fill": "paper",
    "input_background_fill_focus": "paper",
    "input_border_color": "edge",
    "input_border_color_focus": "accent",
    "input_placeholder_color": "soft",
    "loader_color": "accent",
    "slider_color": "accent",
    "stat_background_fill": "accent",
    "table_border_color": "line",
    "table_even_background_fill": "panel",
    "table_odd_background_fill": "wash",
    "table_row_focus": "goodwash",
    "table_text_color": "ink",
    "button_primary_background_fill": "accent",
    "button_primary_background_fill_hover": "deep",
    "button_primary_text_color": "on-accent",
    "button_primary_text_color_hover": "on-accent",
    "button_secondary_background_fill": "panel",
    "button_secondary_background_fill_hover": "wash",
    "button_secondary_border_color": "edge",
    "button_secondary_text_color": "ink",
    "button_secondary_text_color_hover": "ink",
    "button_cancel_background_fill": "panel",
    "button_cancel_background_fill_hover": "badwash",
    "button_cancel_border_color": "bad",
    "button_cancel_text_color": "bad",
    "button_cancel_text_color_hover": "bad",
}
"""Variable of Gradio to custom property of style.css, which itself knows light and dark."""

SIZES = {
    "block_border_width": "0px",
    "block_padding": "0",
    "block_shadow": "none",
    "form_gap_width": "1rem",
    "input_border_width": "1px",
    "layout_gap": "1.25rem",
}


def make_theme() -> gr.themes.Base:
    """Make the theme; light and dark name the same properties."""
    theme = gr.themes.Base(font=SANS, font_mono=MONO, text_size="md", radius_size="sm", spacing_size="md")
    light = {name: f"var(--{own})" for name, own in COLOURS.items()}
    dark = {f"{name}_dark": told for name, told in light.items() if hasattr(theme, f"{name}_dark")}
    return theme.set(**light, **dark, **SIZES)
