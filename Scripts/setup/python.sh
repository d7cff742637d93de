#!/bin/bash
# Makes a virtual environment with the Python packages of Scripts/setup/requirements-PURPOSE.txt, pinned there.
# usage: python.sh tests|bench
set -euo pipefail
source "$(dirname "$0")/common.sh"

purpose=${1:?"usage: python.sh tests|bench"}
requirements=$root/Scripts/setup/requirements-$purpose.txt
environment=$setup/venv
[ "$purpose" = tests ] || environment=$setup/venv-$purpose

[ -f "$environment/installed.txt" ] && cmp -s "$requirements" "$environment/installed.txt" && exit 0

# Debian's own Python first: python3-venv belongs to it.
for python in /usr/bin/python3 python3; do
  if command -v "$python" > /dev/null && "$python" -c 'import ensurepip' 2> /dev/null; then break; fi
  python=
done
[ -n "$python" ] || fail "There is no Python 3 that can make virtual environments. Install python3-venv."

say "Installing into ${environment#"$root"/}: $(grep -v '^#' "$requirements" | tr '\n' ' ')"
rm -rf "$environment"
"$python" -m venv "$environment"
retry "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --timeout 120 --retries 5 \
  -r "$requirements" || fail "pip could not install $requirements."
cp "$requirements" "$environment/installed.txt"
