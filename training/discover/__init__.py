"""Discovery: clusters found without labels, what they look like, and which records lie in none.

It does not know labels, members of the vote, or how a report is stored.
"""

from training.discover.choose import choose_scale
from training.discover.columns import ClusterColumns, cluster_columns
from training.discover.discovery import Discovery, discover
from training.discover.scale import Scale, ScaleChoice

__all__ = [
    "ClusterColumns",
    "Discovery",
    "Scale",
    "ScaleChoice",
    "choose_scale",
    "cluster_columns",
    "discover",
]
