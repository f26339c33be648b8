#!/usr/bin/env bash
# From the current model to an image with labels: `deploy/image.sh [--train DATASET] [NAME:TAG]`.
#
# It builds a Bento of the model that serves, and lets BentoML make the image with docker, podman or buildah, whichever
# is there first; HERDBOOK_BUILDER names another. --train makes a first model before.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() { echo "image: $*" >&2; exit 1; }

dataset=
if [ "${1:-}" = --train ]; then
    dataset=${2:?image: --train wants the name of a dataset}
    shift 2
fi
image=${1:-herdbook:local}
bin=.venv/bin
[ -x "$bin/bentoml" ] || fail "there is no .venv; run python3 bootstrap.py first"

builder=${HERDBOOK_BUILDER:-}
for each in docker podman buildah; do
    [ -n "$builder" ] || { ! command -v "$each" >/dev/null || builder=$each; }
done
[ -n "$builder" ] || fail "docker, podman or buildah is needed to build an image, and none is there"
export BUILDAH_FORMAT=docker # the OCI format has no HEALTHCHECK, and podman and buildah would drop it
export BENTOML_DO_NOT_TRACK=True

if [ -n "$dataset" ]; then
    export HERDBOOK_DATASET=$dataset
    data=
    trap '[ -z "$data" ] || kill "$data"' EXIT
    if grep -q 'url = "http://127.0.0.1:8777' "datasets/$dataset.toml"; then
        "$bin/python" -m data_provider >/dev/null 2>&1 &
        data=$!
        for _ in $(seq 60); do "$bin/python" deploy/health.py 8777 /health && break; sleep 0.5; done
    fi
    "$bin/herdbook" ingest
    "$bin/herdbook" train
fi

bento=$("$bin/bentoml" build --output tag | sed -n 's/^__tag__://p' | tail -n 1)
[ -n "$bento" ] || fail "no Bento was built; what went wrong stands above"
said() { "$bin/python" -c "import tomllib; print(tomllib.load(open('pyproject.toml', 'rb'))['project']['version'])"; }
labels=(
    --opt "label=org.opencontainers.image.version=$(said)"
    --opt "label=org.opencontainers.image.created=$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    --opt "label=org.opencontainers.image.base.name=docker.io/library/python:$("$bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-slim"
    --opt "label=herdbook.bento=$bento"
)
if revision=$(git rev-parse HEAD 2>/dev/null); then
    labels+=(--opt "label=org.opencontainers.image.revision=$revision")
fi
# IMAGE_OPTIONS are further options of `bentoml containerize`, such as --opt pull-never
# shellcheck disable=SC2086
"$bin/bentoml" containerize "$bento" --backend "$builder" --image-tag "$image" "${labels[@]}" ${IMAGE_OPTIONS:-}
"$builder" inspect "$image" >/dev/null 2>&1 || fail "BentoML did not make $image; what went wrong stands above"
echo "image: $image holds $bento; try it: $builder run --rm --publish 127.0.0.1:3000:3000 --read-only --tmpfs /tmp $image"
