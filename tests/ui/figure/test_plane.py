"""The map of a discovery."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

from ui.figure.plane import draw_map

FOUND: dict[str, Any] = {
    "map": {"points": [[0.0, 0.0, -1], [1.0, 1.0, 0], [2.0, 1.0, 1], [2.1, 1.0, 1]], "axes": []},
    "clusters": [{"cluster": 0}, {"cluster": 1}],
    "names": {"1": "dog"},
}


def read(html: str) -> dict[str, Any]:
    """Read the figure that the page's script draws."""
    told: dict[str, Any] = json.loads(unescape(html.split('data-figure="')[1].split('"', maxsplit=1)[0]))
    return told


def test_map_marks_each_cluster_in_its_own_full_colour():
    """Nothing lets a colour fade, so the legend shows the colours of the map, all markers equally large."""
    figure = read(draw_map(FOUND))
    markers = [trace["marker"] for trace in figure["data"]]

    assert [marker["color"]["css"] for marker in markers] == ["--noise", "--c0", "--c1"]
    assert {marker["opacity"] for marker in markers} == {1}
    assert figure["layout"]["legend"]["itemsizing"] == "constant"
    assert [trace["name"] for trace in figure["data"]] == ["no cluster (1)", "cluster 0 (1)", "dog (2)"]
