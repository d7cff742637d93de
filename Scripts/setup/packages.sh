#!/bin/bash
# Installs the Debian packages that are missing.
# usage: packages.sh [build] [tests] [bench]
set -euo pipefail
source "$(dirname "$0")/common.sh"

wanted=()
for purpose in "$@"; do
  case $purpose in
    build) wanted+=(ca-certificates git pkg-config libstdc++-12-dev tzdata
                    libsqlite3-dev libzstd-dev zlib1g-dev libsimdjson-dev libpq-dev
                    libopenblas-dev liblapacke-dev python3-venv) ;;
    tests) wanted+=(python3-venv zstd util-linux postgresql-15 chromium fonts-dejavu-core) ;;
    bench) wanted+=(python3-venv wrk) ;;
    *) fail "packages.sh does not know '$purpose'; it knows build, tests and bench." ;;
  esac
done

if ! command -v apt-get > /dev/null || ! command -v dpkg-query > /dev/null; then
  # Not a Debian: go on if everything that can be looked for is there.
  absent=()
  for library in sqlite3 libzstd zlib simdjson libpq openblas lapacke; do
    pkg-config --exists "$library" 2> /dev/null || absent+=("$library")
  done
  python3 -c 'import ensurepip' 2> /dev/null || absent+=("Python 3 with venv")
  [ "${#absent[@]}" = 0 ] && exit 0
  fail "There is no apt-get here to install packages with, and these are missing: ${absent[*]}." \
    "Install by hand what Debian 12 calls: ${wanted[*]}"
fi

missing=()
for package in $(printf '%s\n' "${wanted[@]}" | sort -u); do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null || true)
  [ "$state" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" = 0 ] && exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo > /dev/null ||
    fail "These Debian packages are missing and there is no sudo. As root: apt-get install ${missing[*]}"
  as_root=(sudo)
fi
say "Installing Debian packages: ${missing[*]}"
retry "${as_root[@]}" apt-get update -qq || fail "'apt-get update' failed three times."
install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends)
retry "${as_root[@]}" "${install[@]}" "${missing[@]}" ||
  fail "These Debian packages could not be installed: ${missing[*]}"
