#!/bin/sh
# Prove the bootstrap on a minimal Debian: Python without pip, no compiler, no make, and a user without root.
# Needs mmdebstrap, which makes the system and clears it away; takes the last commit. By hand: tools/slim.sh [SUITE]
set -eu
cd "$(dirname "$0")/.."
suite=${1:-bookworm}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
git archive --prefix=herdbook/ -o "$work/clone.tar" HEAD

# The machine's own way to packages: apt's settings and source, pip's settings, and whom it trusts.
options=$(grep -ls '^ *Acquire' /etc/apt/apt.conf.d/* | sed 's/^/--aptopt=/' || true)
source=$(ls /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -n 1)
cp /etc/pip.conf "$work/pip.conf" 2>/dev/null || : >"$work/pip.conf"
cp -L /etc/ssl/certs/ca-certificates.crt "$work/ca-certificates.crt"

cat >"$work/prove.sh" <<'PROOF'
set -eu
cd ~/herdbook
if python3 -m pip --version 2>/dev/null || command -v make || command -v cc || command -v sudo; then
  echo "this system is not slim, so nothing is proved"
  exit 1
fi
python3 bootstrap.py
.venv/bin/herdbook --help >/dev/null
python3 bootstrap.py | wc -l | grep -qx 0
echo "proved on $(. /etc/os-release && echo "$PRETTY_NAME"), $(python3 --version), as $(id -un): without pip, make," \
  "compiler and sudo, the bootstrap installs what is locked, a second one does nothing, and herdbook --help answers"
PROOF

# shellcheck disable=SC2086 # one option a word
mmdebstrap --quiet --variant=minbase --include=python3 $options \
  --customize-hook='rm -rf "$1"/var/lib/apt/lists/*; mkdir -p "$1/etc/ssl/certs"' \
  --customize-hook='chroot "$1" useradd --create-home anna' \
  --customize-hook="copy-in '$work/pip.conf' /etc" \
  --customize-hook="copy-in '$work/ca-certificates.crt' /etc/ssl/certs" \
  --customize-hook="tar-in '$work/clone.tar' /home/anna" \
  --customize-hook="copy-in '$work/prove.sh' /home/anna" \
  --customize-hook='chroot "$1" chown -R anna: /home/anna' \
  --customize-hook='chroot "$1" su - anna -c "sh ./prove.sh"' \
  "$suite" /dev/null "$source"
