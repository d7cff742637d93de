#!/bin/bash
# Builds, and fails on a warning in our own sources.
# usage: build.sh release (the command) | trials (the kernels alone, for benchmarks and tests of them) | tests (the
# command and all tests, for debugging)
set -euo pipefail
source "$(dirname "$0")/setup/common.sh"

case ${1:-} in
  release) command=(swift build -c release --product habitus) ;;
  trials) command=(swift build -c release --product KernelTrials) ;;
  tests) command=(swift build --build-tests) ;;
  *) fail "usage: build.sh release|trials|tests" ;;
esac
log=$setup/build-$1.log

retry swift package resolve || fail "The Swift packages could not be fetched."
say "${command[*]}"
"${command[@]}" 2>&1 | tee "$log"

# A warning is printed only when its file is compiled: touching the file makes it come back until it is mended.
warnings=$(grep -E "^($root/)?(Sources|Tests)/[^:]+:[0-9]+:[0-9]+: warning:" "$log" | sort -u || true)
[ -z "$warnings" ] && exit 0
cut -d: -f1 <<< "$warnings" | sort -u | xargs touch
printf '%s\n' "$warnings" >&2
fail "Warnings in our own sources: $(wc -l <<< "$warnings"); see above."
