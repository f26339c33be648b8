"""`herdbook discover`: which groups are in a snapshot, without training a model."""

from __future__ import annotations

from typing import Any

import click

from cli import option
from cli.console import say, say_json, say_table
from cli.display import Display
from cli.place import Place, open_place
from training.progress import Progress


def discover_groups(place: Place, snapshot_id: str | None, seed: int, progress: Progress) -> dict[str, Any]:
    """Check and cluster a snapshot, keep the report in the ledger and return it."""
    from herdbook.report import write_report
    from herdbook.snapshot import latest_snapshot, open_snapshot
    from training.check import check, require
    from training.discover import discover as find_groups
    from training.label import label

    dataset, ledger = place.dataset, place.ledger
    progress.start("check")
    snapshot = (
        open_snapshot(ledger, dataset.name, snapshot_id)
        if snapshot_id
        else latest_snapshot(ledger, dataset.name)
    )
    checked = check(dataset, snapshot)
    progress.finish(f"{len(checked.rows):,} rows accepted, {checked.n_set_aside:,} set aside")
    require(dataset, checked)
    progress.start("discover")
    discovery = find_groups(dataset, checked.frame, seed=seed)
    labels = label(dataset, checked, discovery)
    progress.finish(f"{discovery.clusters.n_clusters} clusters, {discovery.report['n_outliers']:,} outliers")
    names = {str(cluster): name for cluster, name in labels.names.items()}
    report = {**discovery.report, "snapshot": snapshot.id, "check": checked.to_report(), "names": names}
    return {
        **report,
        "report": write_report(ledger, dataset.name, "discovery", {**report, "labels": labels.report}),
    }


@click.command()
@option.dataset
@click.option("--snapshot", metavar="ID", help="Snapshot to look at; the latest if left out.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, metavar="N", help="Seed of the stability estimate."
)
@option.as_json
def discover(dataset: str | None, snapshot: str | None, seed: int, as_json: bool) -> None:
    """Find the groups in a snapshot and describe them.

    Checks the rows, clusters them (HDBSCAN), names the clusters as the dataset file says, and keeps the
    report in the ledger. No model comes of it.
    """
    place = open_place(dataset)
    with Display() as display:
        report = discover_groups(place, snapshot, seed, display)
    if as_json:
        say_json(report)
        return
    _say(report)


def _say(report: dict[str, Any]) -> None:
    names = report["names"]
    for cluster in report["clusters"]:
        number = cluster["cluster"]
        named = f" “{names[str(number)]}”" if str(number) in names else ""
        say(f"\ncluster {number}{named}: {cluster['n_records']:,} records ({cluster['share']:.1%})")
        say_table(
            ["  feature", "typical", "range", "unit"],
            [_feature(*item) for item in cluster["features"].items()],
        )
    share = report["n_outliers"] / max(report["n_records"], 1)
    say(f"\nin no cluster: {report['n_outliers']:,} records ({share:.1%})\nreport {report['report']}")


def _feature(name: str, profile: dict[str, Any]) -> list[object]:
    name, unit = f"  {name}", profile.get("unit")
    if "share_true" in profile:
        return [name, f"{profile['share_true']:.0%} true", "", unit]
    if "shares" in profile:
        shares = sorted(profile["shares"].items(), key=lambda item: -item[1])
        return [name, ", ".join(f"{value} {share:.0%}" for value, share in shares[:3]), "", unit]
    if "median" not in profile:
        return [name, "missing", "", unit]
    return [name, f"{profile['median']:.4g}", f"{profile['minimum']:.4g} to {profile['maximum']:.4g}", unit]
