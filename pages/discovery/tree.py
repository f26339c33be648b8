"""The condensed tree: which groups part from each other as the asked density rises."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, log10
from typing import Any

from pages.block import Plot, Section
from pages.discovery.found import Found
from pages.number import count, number
from pages.plot import axis, css, figure, label, layout

MOST_NODES = 300
WIDE = 50
"""If the greatest density is so many times the least, the axis is logarithmic."""


def show_tree(found: Found) -> Section | None:
    """Draw the condensed tree as an icicle."""
    tree = found.part("tree")
    nodes = _largest(tree.get("nodes") or [])
    if len(nodes) < 2:
        return None
    total = tree.get("n_nodes") or len(tree["nodes"])
    more = f" The {len(nodes)} largest of {total:,} nodes are drawn." if total > len(nodes) else ""
    selected = sum(bool(node.get("is_selected", node.get("cluster") is not None)) for node in nodes)
    says = (
        "From the top down the density that is asked for rises; a block is as wide as it has records. Where "
        "it ends in two, a group falls apart; where it ends, too few records are left. Clusters are the "
        f"coloured blocks: those that last longest.{more}"
    )
    finding = f"{count(len(nodes), 'node')}, {selected} of them chosen as clusters"
    plot = Plot("plot-tree", "Condensed tree.", says, _figure(found, nodes), finding, height=420)
    why = (
        "HDBSCAN looks at all densities at once and keeps the groups that last over the widest range of them."
    )
    return Section("tree", "Condensed tree", why, [plot])


def _largest(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = sorted(nodes, key=lambda node: (-node["n_points"], node["node"]))[:MOST_NODES]
    return sorted(kept, key=lambda node: node["node"])


def place_nodes(nodes: list[dict[str, Any]]) -> dict[int, tuple[float, float]]:
    """Give each node its left and right end: children lie within their parent, as wide as they are large."""
    ends: dict[int, tuple[float, float]] = {}
    children: dict[int | None, list[dict[str, Any]]] = {}
    known = {node["node"] for node in nodes}
    for node in nodes:
        parent = node.get("parent")
        children.setdefault(parent if parent in known else None, []).append(node)
    waiting: list[tuple[int | None, float, float]] = [
        (None, 0.0, float(sum(one["n_points"] for one in children[None])))
    ]
    while waiting:
        parent, left, right = waiting.pop()
        below = children.get(parent, [])
        spare = max(right - left - sum(one["n_points"] for one in below), 0.0)
        gap = spare / (len(below) + 1)
        for node in below:
            left += gap
            ends[node["node"]] = (left, left + node["n_points"])
            waiting.append((node["node"], left, left + node["n_points"]))
            left += node["n_points"]
    return ends


def _figure(found: Found, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    ends = place_nodes(nodes)
    deaths = [node["density_death"] for node in nodes if node.get("density_death")]
    births = [node["density_birth"] for node in nodes if node.get("density_birth")]
    most, least = max([*deaths, *births, 1e-9]), min([*births, *deaths, 1.0])
    is_log = most / least > WIDE
    floor_at = least / 2 if is_log else 0.0
    traces = [_block(found, node, ends[node["node"]], (floor_at, most * 1.1)) for node in nodes]
    span = [log10(most * 1.1), log10(floor_at)] if is_log else [most * 1.1, 0.0]
    ticks = {"type": "log", "dtick": 1} if is_log and floor(span[0]) - floor(span[1]) > 1 else {}
    y = axis("density asked for (1 / distance)", range=span, **({"type": "log"} if is_log else {}) | ticks)
    x = axis("records", showticklabels=False, showgrid=False)
    return figure(traces, layout(x, y, annotations=_marks(found, nodes, ends, is_log=is_log, least=floor_at)))


def _block(
    found: Found, node: Mapping[str, Any], ends: tuple[float, float], span: tuple[float, float]
) -> dict[str, Any]:
    least, most = span
    birth = max(node.get("density_birth") or 0.0, least)
    death = node["density_death"] if node.get("density_death") is not None else most
    identity = found.of(node.get("cluster"))
    is_cluster = node.get("cluster") is not None
    left, right = ends
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [left, right, right, left, left],
        "y": [birth, birth, death, death, birth],
        "fill": "toself",
        "fillcolor": css(identity.colour if is_cluster else "grid"),
        "opacity": 0.85 if node.get("is_selected", is_cluster) or not is_cluster else 0.5,
        "line": {"width": 1, "color": css("paper")},
        "text": f"{label(identity.full if is_cluster else 'no cluster chosen here', 60)}<br>"
        f"{count(node['n_points'], 'record')}<br>density {number(birth)} to {number(death)}",
        "hoverinfo": "text",
        "hoveron": "fills",
    }


def _marks(
    found: Found,
    nodes: list[dict[str, Any]],
    ends: dict[int, tuple[float, float]],
    *,
    is_log: bool,
    least: float,
) -> list[dict[str, Any]]:
    marks = []
    for node in nodes:
        if node.get("cluster") is None or not node.get("is_selected", True):
            continue
        identity, (left, right) = found.of(node["cluster"]), ends[node["node"]]
        birth = max(node.get("density_birth") or 0.0, least)
        marks.append(
            {
                "x": (left + right) / 2,
                "y": log10(birth) if is_log else birth,
                "yanchor": "bottom",
                "text": label(identity.name if identity.is_named else str(identity.number), 12),
                "showarrow": False,
                "font": {"size": 11, "color": css("ink")},
            }
        )
    return marks
