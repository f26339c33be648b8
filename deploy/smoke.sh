#!/usr/bin/env bash
# Run an image as it should be run, and ask it: `deploy/smoke.sh NAME:TAG`; with docker, or with podman.
set -euo pipefail

image=${1:?smoke: which image?}
engine=${HERDBOOK_ENGINE:-$(command -v docker || command -v podman)}
name=herdbook-smoke-$$
cleanup() { "$engine" rm --force --volumes "$name" >/dev/null 2>&1 || true; }
trap cleanup EXIT

"$engine" run --detach --name "$name" --network none --read-only --tmpfs /tmp --cap-drop ALL \
    --security-opt no-new-privileges --memory 1g --pids-limit 256 "$image" >/dev/null
for _ in $(seq 120); do
    "$engine" exec "$name" python src/deploy/health.py && break
    sleep 0.5
done
[ "$("$engine" exec "$name" id -u)" = 1034 ] || { echo "smoke: it runs as root"; exit 1; }
"$engine" exec --interactive "$name" python - <<'PROBE'
import json, urllib.request

def ask(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request("http://127.0.0.1:3000" + path, data, {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=10))

dataset = ask("/dataset")
answer = ask("/predict_one", dataset["example"])
kept = ask("/predictions?limit=1")["predictions"]
assert kept[0]["id"] == answer["id"], "the answer is not in the log"
print("smoke:", dataset["name"], "->", answer["prediction"], "by", answer["model_used"])
PROBE
"$engine" stop --time 30 "$name" >/dev/null
code=$("$engine" inspect --format '{{.State.ExitCode}}' "$name")
[ "$code" = 0 ] || { echo "smoke: it ended with exit code $code after SIGTERM"; exit 1; }
echo "smoke: $image is well, on a read-only root and without a network"
