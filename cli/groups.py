"""What was discovered, for a person: the groups, how far they hold, and what changed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from textwrap import TextWrapper
from typing import TYPE_CHECKING, Any

from cli.console import say, say_aside, say_table, stdout
from herdbook.errors import shown
from herdbook.label import ClusterLabels, ColumnLabels
from herdbook.naming import unnamed

if TYPE_CHECKING:
    from herdbook.dataset import Dataset

DIGITS = 12
INDENT = "  "
LABEL_WIDTH = 15


def say_discovery(dataset: Dataset, report: Mapping[str, Any]) -> None:
    """Say what was found, cluster by cluster, then how far it holds and what changed."""
    ruled = _ruled(report)
    for cluster in report["clusters"]:
        _say_cluster(cluster, report["names"], ruled)
    say("")
    for label, sentence in _evidence(report):
        _say_hanging(f"{label:<{LABEL_WIDTH}}", sentence)
    if report["changes"]:
        _say_changes(report["changes"])
    _say_names(dataset, report)
    say(f"\nreport {report['report']}")
    say(f"Its page, again with `herdbook report {report['report'][:DIGITS]}`:")


def _ruled(report: Mapping[str, Any]) -> dict[int, str]:
    told = report.get("labels", {}).get("clusters", [])
    return {one["cluster"]: one["label"] for one in told if one["label"] is not None}


def _say_cluster(cluster: Mapping[str, Any], names: Mapping[str, str], ruled: Mapping[int, str]) -> None:
    number = cluster["cluster"]
    name = names.get(str(number))
    said = f" “{name}”" if name else ""
    if name and ruled.get(number, name) != name:
        said += f" (by the rules “{ruled[number]}”)"
    say(f"\ncluster {number}{said}: {cluster['n_records']:,} records ({cluster['share']:.1%})")
    rows = [_feature(*item) for item in cluster["features"].items()]
    say_table(["  feature", "typical", "range", "unit"], rows)
    for effect in cluster.get("separates", [])[:1]:
        _say_hanging(INDENT, effect["says"])


def _feature(name: str, profile: Mapping[str, Any]) -> list[object]:
    name, unit = f"  {name}", profile.get("unit")
    if "share_true" in profile:
        return [name, f"{profile['share_true']:.0%} true", "", unit]
    if "shares" in profile:
        shares = sorted(profile["shares"].items(), key=lambda item: -item[1])
        return [name, ", ".join(f"{value} {share:.0%}" for value, share in shares[:3]), "", unit]
    if "median" not in profile:
        return [name, "missing", "", unit]
    return [name, f"{profile['median']:.4g}", f"{profile['minimum']:.4g} to {profile['maximum']:.4g}", unit]


def _say_hanging(label: str, sentence: str) -> None:
    """Say a sentence behind a label; where a person reads, its lines stand below each other."""
    if not sys.stdout.isatty():
        return say(label + sentence)
    blank = " " * len(label)
    wrapper = TextWrapper(stdout().width - 1, initial_indent=label, subsequent_indent=blank)
    return say(wrapper.fill(sentence))


def _evidence(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Say how many records lie in no cluster and how far the clusters hold, as far as it is known."""
    yield "in no cluster", _outliers(report)
    stability, separability = report["stability"], report.get("separability", {})
    if indices := stability["adjusted_rand_index"]:
        n, kept = stability["n_resamples"], stability["kept"]
        yield "stability", f"adjusted Rand index {min(indices):.2f} or more in {n} draws of {kept:.0%} of all"
    if says := separability.get("says"):
        yield "separability", says
    if agreement := report.get("agreement"):
        yield "agreement", _agreement(agreement)


def _outliers(report: Mapping[str, Any]) -> str:
    said = f"{report['n_outliers']:,} records ({report['n_outliers'] / max(report['n_records'], 1):.1%})"
    rate = report.get("outliers", {}).get("threshold", {}).get("false_alarm_rate")
    if rate is None:
        return said
    return f"{said}, beyond every cluster's reach, which is set to lose {rate:.1%} of true members at most"


def _agreement(agreement: Mapping[str, Any]) -> str:
    """Say how clusters meet the kinds that came along, which nothing has learnt from."""
    index, outliers = agreement["adjusted_rand_index"], agreement["outliers"]
    if index is None:
        return "no record has a kind of the source's"
    said = f"with the source's kinds, evaluation only: adjusted Rand index {index:.3f}"
    if outliers is None:
        return said
    measures = [f"{name} {_share(outliers[name])}" for name in ("precision", "recall", "f1")]
    return f"{said}; outliers: {', '.join(measures).replace('f1', 'F1')}"


def _share(value: float | None) -> str:
    return "of nothing" if value is None else f"{value:.2f}"


def _say_changes(changes: Mapping[str, Any]) -> None:
    say(f"\nsince report {changes['report'][:DIGITS]}: {changes['says']}")
    heads = ["", "before", "records", "share", "now", "records", "share", "overlap"]
    lines = [
        [one["change"], *_side(one["before"]), *_side(one["after"]), _overlap(one["overlap"])]
        for one in changes["clusters"]
    ]
    say_table(heads, lines)


def _side(line: Mapping[str, Any] | None) -> list[object]:
    """Write one side of a change: a name with its number, and figures that stand below each other."""
    if line is None:
        return ["", "", ""]
    name, number = line["name"], line["cluster"]
    called = name if name == unnamed(number) else f"{name} ({number})"
    return [called, f"{line['n_records']:>7,}", f"{line['share']:>5.1%}"]


def _overlap(overlap: float | None) -> str:
    return "" if overlap is None else f"{overlap:>7.0%}"


def _say_names(dataset: Dataset, report: Mapping[str, Any]) -> None:
    """Say what nobody would guess of the names: why some are missing, and what they are not used for."""
    if problem := report["not_carried"]:
        say_aside(f"names of an earlier discovery are not carried over: {problem}")
    if isinstance(dataset.labels, ClusterLabels):
        return _say_unnamed(report)
    if report["names"] != {str(number): name for number, name in _ruled(report).items()}:
        by = "a column" if isinstance(dataset.labels, ColumnLabels) else "the dataset file's rules"
        say_aside(f"training takes its labels from {by}; names given by hand are for reports")
    return None


def _say_unnamed(report: Mapping[str, Any]) -> None:
    """Say which clusters would be trained on by their numbers, and how they get a name."""
    numbers = [n for n in range(len(report["clusters"])) if str(n) not in report["names"]]
    if numbers:
        called = shown([unnamed(number) for number in numbers])
        say_aside(f"trained on without a name: {called}; give one with --name {numbers[0]}=NAME")
