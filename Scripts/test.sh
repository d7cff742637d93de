#!/bin/bash
# Runs the tests that build.sh has built.
# usage: test.sh quick (the library and the command, in Swift) | all (those, and the command from outside)
set -euo pipefail
source "$(dirname "$0")/setup/common.sh"

log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Those of the server and of tracking by themselves: clocks run in them that must not wait for other tests' calculations.
test_swift() {
  local status=0
  say "swift test (the server and tracking)"
  swift test --skip-build --filter '^Habitus(Server|Tracking)Tests' 2>&1 | tee "$log" || status=1
  say "swift test (everything else)"
  swift test --skip-build --skip '^Habitus(Server|Tracking)Tests' 2>&1 | tee -a "$log" || status=1
  return "$status"
}

case ${1:-} in
  quick) test_swift
         exit 0 ;;
  all) ;;
  *) fail "usage: test.sh quick|all" ;;
esac

failed=()
test_swift || failed+=("the tests of the library")

say "pytest Tests/EndToEnd (the command, beside DuckDB)"
PATH_TO_HABITUS=$(swift build -c release --show-bin-path)/habitus \
  "$setup/venv/bin/python" -m pytest -p no:cacheprovider -ra "$root/Tests/EndToEnd" ||
  failed+=("the tests of the command")

if grep -q '^✘' "$log"; then
  # They are thousands of lines above.
  say "What failed in Swift"
  grep -A 5 '^✘.* recorded an issue' "$log" || grep '^✘' "$log"
fi
[ "${#failed[@]}" = 0 ] || fail "There were failures in $(printf '%s; ' "${failed[@]}" | sed 's/; $//')."
say "All tests passed."
