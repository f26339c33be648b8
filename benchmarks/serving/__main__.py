"""Serve the same models one way after the other, and compare: `python -m benchmarks.serving --help`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.serving import history
from benchmarks.serving.absent import AbsentError
from benchmarks.serving.environment import find_versions, require_python
from benchmarks.serving.export import Kit, export
from benchmarks.serving.journal import Journal
from benchmarks.serving.library import measure_library
from benchmarks.serving.load import require_wrk
from benchmarks.serving.machine import MEASURED, describe_machine, find_commit, our_versions
from benchmarks.serving.measure import measure
from benchmarks.serving.option import read_options
from benchmarks.serving.page import PLOT, write_page
from benchmarks.serving.plot import draw
from benchmarks.serving.ratio import list_ratios
from benchmarks.serving.result import Results
from benchmarks.serving.roster import ALL, NEAR, QUICK, Contestant
from benchmarks.serving.run import Site
from benchmarks.serving.server import adopt_orphans
from benchmarks.serving.world import MODELS, make_served, make_vote

TRIES = 2
"""Who was absent so often is not tried again in the same run: a start that never comes costs minutes."""

SHORT = {"served": "the model of `herdbook up`", "vote": "the fixed soft vote"}


def main() -> int:
    """Measure what is asked for, keep it, and write the page; answer 130 if stopped."""
    options = read_options()
    if options.render:
        write_docs(options.docs, Results(json.loads(options.render.read_bytes())))
        return 0
    require_wrk()
    adopt_orphans()
    # whoever stops us, and however it was started: servers are stopped and scratch is cleared
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    os.sched_setaffinity(0, {options.cores[1]})
    try:
        journal = run(options)
    except KeyboardInterrupt:
        say(f"stopped; the same command goes on where it was ({options.json})")
        return 130
    finish(options, Results(journal.found))
    return 0


def run(options: argparse.Namespace) -> Journal:
    """Make the models, then let everybody have a turn in each round."""
    kits = make_kits(options)
    scratch = options.work.resolve() / "scratch"
    scratch.mkdir(exist_ok=True)
    site = Site(options.keep_envs, scratch, options.cores[0])
    journal = Journal(options.json, facts(options, kits))
    for contestant in chosen(options):
        journal.introduce(contestant.name, introduce(contestant, site))
    turns = list(list_turns(options))
    began_s, n_new, absences = time.monotonic(), 0, Counter[tuple[str, str]]()
    for nth, (round_, model, contestant) in enumerate(turns, start=1):
        key = (model, contestant.name)
        if journal.is_done(*key, round_) or absences[key] == TRIES:
            continue
        left = (time.monotonic() - began_s) / n_new * (len(turns) - nth + 1) if n_new else None
        about = "" if left is None else f", about {left / 60:.0f} min left"
        say(f"[{nth}/{len(turns)}{about}] round {round_}, {model}: {contestant.title}")
        said = turn(options, contestant, kits[model], site, round_)
        journal.keep(*key, round_, said)
        absences[key] += "absent" in said
        n_new += 1
    return journal


def make_kits(options: argparse.Namespace) -> dict[str, Kit]:
    """Train what is not trained yet, and hand it over."""
    say("the models: trained once, which takes some minutes")
    work: Path = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    ignore(work)
    served = make_served(work / "world", given=options.ledger)
    made = {"served": served}
    if "vote" in options.models:
        made["vote"] = make_vote(work / "world", served)
    return {name: export(world, work / "kit" / name) for name, world in made.items()}


def ignore(folder: Path) -> None:
    """Keep what lies in a folder out of git, unless somebody has said what is to be kept out."""
    if not (ignored := folder / ".gitignore").exists():
        ignored.write_text("*\n")


def facts(options: argparse.Namespace, kits: dict[str, Kit]) -> dict[str, Any]:
    """Say what the figures are of; a file with other facts is of another run."""
    models = {
        name: {"title": MODELS[name], "short": SHORT[name], "tag": kits[name].world.tag}
        for name in options.models
    }
    settings = {"rounds": options.rounds, "seconds": options.seconds, "quick": options.quick}
    commit = find_commit(*MEASURED)
    return {"machine": describe_machine(), "commit": commit, "settings": settings, "models": models}


def chosen(options: argparse.Namespace) -> list[Contestant]:
    """List who takes part."""
    return [each for each in ALL if each.name in options.only]


def introduce(contestant: Contestant, site: Site) -> dict[str, Any]:
    """Say who a contestant is; its environment is made if need be."""
    versions = our_versions()
    if contestant.kind == "peer":
        try:
            versions = find_versions(contestant, require_python(contestant, site.environments))
        except AbsentError as error:
            say(f"{contestant.title}: {error}")
            versions = {}
    say(f"{contestant.title}: {', '.join(f'{name} {version}' for name, version in versions.items())}")
    return {"title": contestant.title, "kind": contestant.kind, "versions": versions}


def list_turns(options: argparse.Namespace) -> Iterator[tuple[int, str, Contestant]]:
    """List who is measured with which model in which round; every other round goes the other way round."""
    for round_ in range(1, options.rounds + 1):
        everybody = chosen(options) if round_ % 2 else chosen(options)[::-1]
        for model in options.models:
            for contestant in everybody:
                yield round_, model, contestant


def turn(
    options: argparse.Namespace, contestant: Contestant, kit: Kit, site: Site, round_: int
) -> dict[str, Any]:
    """Measure one contestant in one round; one that cannot take part says why."""
    seconds = options.seconds if contestant in NEAR else options.seconds / 2
    try:
        if contestant.kind == "library":
            said = measure_library(kit, core=site.core, seconds=seconds)
        else:
            said = measure(
                contestant, kit, site, seconds=seconds, is_quick=options.quick, is_first=round_ == 1
            )
    except AbsentError as error:
        say(f"    absent: {error}")
        return {"absent": str(error)}
    except Exception as error:  # noqa: BLE001 - whatever becomes of one, the others keep their turns
        traceback.print_exc()
        return {"absent": f"it broke off: {type(error).__name__}"}
    tell(said)
    return said


def tell(said: dict[str, Any]) -> None:
    """Say what a turn came to."""
    for load in said["loads"]:
        case = f"{load['connections']:>4} conn., {load['records']:>6,} records, {load['form']}"
        figures = f"{load['requests_s']:>9,.1f} requests/s, p99 {load['p99_ms']:>8,.2f} ms"
        say(f"    {case:42} {figures}, {load['cpu_us']:>9,.0f} CPU μs")
    for case, why in said["missing"].items():
        say(f"    {case}: {why}")
    if took_s := said.get("took_s"):
        parts = ", ".join(f"{part} {each:.0f}" for part, each in took_s.items())
        say(f"    {sum(took_s.values()):.0f} s: {parts}")


def finish(options: argparse.Namespace, results: Results) -> None:
    """Write what is to be kept: a line of history for a quick run, page, plot and JSON for a whole one."""
    if options.is_whole and not options.quick:
        write_docs(options.docs, results)
    else:
        print(write_page(results))
    if is_history := options.quick and set(options.only) == set(QUICK):
        history.append(options.docs / "history.jsonl", results)
        say(f"added to {options.docs / 'history.jsonl'}")
    if not options.keeps_json and (options.is_whole or is_history):
        # the next run of the same commit measures anew
        options.json.unlink()


def write_docs(folder: Path, results: Results) -> None:
    """Write the page of the documentation, its plot, and all figures as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = {**results.found, "ratios": list_ratios(results)}
    (folder / "serving.md").write_text(write_page(results))
    (folder / PLOT).write_text(draw(results))
    (folder / "serving.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    say(f"written: {folder / 'serving.md'}, with its plot and its figures as JSON")


def say(text: str) -> None:
    """Say how it goes, beside what is printed as the result."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
