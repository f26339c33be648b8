#!/bin/sh
# Remakes the locks from pyproject.toml, for every Python and system that we support: what runs, what of it a Bento
# needs whose model has a graph, and one whose model has none, and what tests and checks need besides.
# What is locked already stays as it is if it still fits; `tools/lock.sh --upgrade` takes the newest of everything.
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
[ -x "$uv" ] || uv=uv
make_lock() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-emit-find-links --constraints tools/constraints.txt "$@"
}
make_lock pyproject.toml --output-file requirements.lock "$@"
make_lock --group serve --constraints requirements.lock --output-file requirements-serve.lock "$@"
make_lock --group serve --group pipeline --constraints requirements.lock --output-file requirements-serve-pipeline.lock "$@"
make_lock --group dev --constraints requirements.lock --output-file requirements-dev.lock "$@"
if grep -nE '[a-z]+://' requirements*.lock; then
    echo "lock: an address stands in a lock file (above); it must hold names, versions and hashes only" >&2
    exit 1
fi
