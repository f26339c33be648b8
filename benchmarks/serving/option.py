"""What the command is told."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.serving.roster import ALL, QUICK
from benchmarks.serving.world import MODELS, ROOT

HERE = Path(__file__).resolve().parent
WORK, DOCS = HERE / ".bench", ROOT / "docs" / "benchmarks"
FULL_ROUNDS, FULL_S, QUICK_ROUNDS, QUICK_S = 3, 2.0, 2, 2.0


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the options; `only` and `models` come as lists of names."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.serving",
        description="Serve the same models one way after the other, and compare. A stopped run goes on.",
        epilog=f"Contestants: {', '.join(each.name for each in ALL)}. Models: {', '.join(MODELS)}.",
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="the nearest rival alone, short rounds; adds to the history")
    add("--only", metavar="NAMES", help="these contestants, parted by commas; the page is printed, not kept")
    add("--models", metavar="NAMES", help="these models, parted by commas")
    add("--rounds", type=int, metavar="N", help=f"rounds over all ({FULL_ROUNDS}; quick {QUICK_ROUNDS})")
    add("--seconds", type=float, metavar="S", help=f"for each figure ({FULL_S:g}; quick {QUICK_S:g})")
    add("--cores", metavar="A,B", default="0,1", help="cores of servers and of the load (0,1)")
    add("--json", type=Path, metavar="FILE", help="results so far; the same file goes on with the same run")
    add("--work", type=Path, metavar="FOLDER", default=WORK, help="models, environments, results so far")
    add("--keep-envs", type=Path, metavar="FOLDER", help="environments of the peers")
    add("--ledger", type=Path, metavar="FOLDER", help="serve the champion of this ledger; train nothing")
    add("--docs", type=Path, metavar="FOLDER", default=DOCS, help="where page, plot and history go")
    add("--render", type=Path, metavar="FILE", help="write page and plot of these results; measure nothing")
    options = parser.parse_args(arguments)
    options.only = _names(parser, options.only, QUICK if options.quick else [each.name for each in ALL])
    options.is_whole = set(options.only) == {each.name for each in ALL}
    options.models = _names(parser, options.models, ["served"] if options.quick else list(MODELS))
    options.rounds = options.rounds or (QUICK_ROUNDS if options.quick else FULL_ROUNDS)
    options.seconds = options.seconds or (QUICK_S if options.quick else FULL_S)
    options.keep_envs = options.keep_envs or options.work / "envs"
    options.keeps_json = options.json is not None
    options.json = options.json or options.work / ("quick.json" if options.quick else "results.json")
    options.cores = [int(core) for core in options.cores.split(",")]
    return options


def _names(parser: argparse.ArgumentParser, given: str | None, default: Sequence[str]) -> list[str]:
    if given is None:
        return list(default)
    known = [each.name for each in ALL] + list(MODELS)
    names = [name.strip() for name in given.split(",")]
    if unknown := [name for name in names if name not in known]:
        parser.error(f"{unknown[0]!r} is none of {', '.join(known)}")
    return names
