# Shared by the set-up scripts: they source it after `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
setup=$root/.setup
mkdir -p "$setup"
cd "$root"

# Says what is being done.
say() { printf '==> %s\n' "$*"; }

# Says why it cannot go on, and ends.
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Runs a command up to three times, with a pause between: package indexes are slow at times.
retry() {
  local attempt
  for attempt in 1 2 3; do
    if "$@"; then return 0; fi
    [ "$attempt" = 3 ] || { say "That did not work; trying again in $((attempt * 5)) s"; sleep $((attempt * 5)); }
  done
  return 1
}
