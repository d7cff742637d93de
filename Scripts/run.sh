#!/bin/bash
# Imports the sample data, analyses it and says what to try next. Safe to repeat: events are stored once.
set -euo pipefail
source "$(dirname "$0")/setup/common.sh"

"$root/Scripts/setup/swift.sh"
"$root/Scripts/setup/packages.sh" build
"$root/Scripts/setup/sample.sh"
"$root/Scripts/build.sh" release
habitus=$(swift build -c release --show-bin-path)/habitus

# What the command proposes to do next is left out here: this page ends with proposals of its own.
without_next_commands() { sed '/^Next$/,$d'; }

# A folder with its own habitus.yaml and data: what the command finds when it is called there.
# usage: tour NAME FILE TITLE
tour() {
  local name=$1 file=$2 title=$3 folder=$setup/sample-data/$1
  mkdir -p "$folder"
  cp "$root/Scripts/sample/$name.yaml" "$folder/habitus.yaml"
  printf '\n'
  say "$title"
  cd "$folder"
  "$habitus" import "$setup/sample/$file" | without_next_commands
  "$habitus" analyze | without_next_commands
}

tour cdnow cdnow.csv "CDNOW: 69,659 real purchases of 23,570 customers (from lifetimes 0.11.3, MIT)"
tour clickstream clickstream.csv.gz "Clicks in a shop: 31,106 synthetic events (from retentioneering 5.2.4, Apache-2.0)"

say "One of its users"
"$habitus" profile user_0001

cat << END

Next, for example:
  export PATH=\$PATH:$(dirname "$habitus")
  cd $setup/sample-data/clickstream
  habitus users                    who is there
  habitus profile user_0001        one user: habits, tastes, group
  habitus clusters                 the groups of users and what sets them apart
  habitus patterns                 what users do again and again
  habitus predict user_0001        what is expected of one user, and how far that can be trusted
  habitus export features --format csv --out features.csv
The purchases are in $setup/sample-data/cdnow. Your own events: habitus import FILE --help
END
