#!/bin/bash
# Looks for a Swift toolchain that can build the package: 6.2 or later.
set -euo pipefail
source "$(dirname "$0")/common.sh"

command -v swift > /dev/null ||
  fail "There is no Swift here. Install Swift 6.2 or later (https://www.swift.org/install/linux/) and put it on PATH."
version=$(swift --version 2> /dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
[ -n "$version" ] || fail "'swift --version' does not answer with a version: $(swift --version 2>&1 | head -n 1)"
if [ "${version%%.*}" -lt 6 ] || { [ "${version%%.*}" = 6 ] && [ "${version#*.}" -lt 2 ]; }; then
  fail "Swift $version is too old. Install Swift 6.2 or later from https://www.swift.org/install/linux/."
fi
