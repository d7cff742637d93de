#!/bin/bash
# Puts the sample data into .setup/sample, taken out of PyPI packages that are pinned by version and checksum:
#
#   cdnow.csv            69,659 purchases of 23,570 customers of CDNOW, January 1997 to June 1998, data of Fader and
#                        Hardie; from lifetimes 0.11.3, MIT licence
#   clickstream.csv.gz   31,106 synthetic events of a web shop, January to June 2024; from retentioneering 5.2.4,
#                        Apache-2.0 licence
set -euo pipefail
source "$(dirname "$0")/common.sh"

sample=$setup/sample
[ -f "$sample/complete" ] && exit 0

"$root/Scripts/setup/python.sh" tests
python=$setup/venv/bin/python
wheels=$setup/wheels
mkdir -p "$wheels" "$sample"

# Downloads the wheel of one version of a package and checks what came.
# usage: fetch PACKAGE VERSION SHA256; prints the path of the wheel
fetch() {
  local package=$1 version=$2 checksum=$3 wheel
  rm -rf "${wheels:?}/$package"
  retry "$python" -m pip download --quiet --disable-pip-version-check --timeout 120 --retries 5 --no-deps \
    --only-binary :all: --dest "$wheels/$package" "$package==$version" >&2 ||
    fail "pip could not download $package $version."
  wheel=$(find "$wheels/$package" -name '*.whl')
  echo "$checksum  $wheel" | sha256sum --check --quiet - >&2 ||
    fail "The wheel of $package $version is not the one that is pinned: its SHA-256 differs from $checksum."
  echo "$wheel"
}

# usage: unpack WHEEL MEMBER TARGET
unpack() { "$python" "$root/Scripts/setup/unpack_sample.py" "$1" "$2" "$sample/$3"; }

say "Fetching the CDNOW purchases (lifetimes 0.11.3, MIT; data of Fader and Hardie)"
wheel=$(fetch lifetimes 0.11.3 261e3dc89977c2b60767ca6728aaa29d429de0c814635070a749c36555895da8)
unpack "$wheel" lifetimes/datasets/CDNOW_master.txt cdnow_master.txt
unpack "$wheel" Lifetimes-0.11.3.dist-info/LICENSE.txt cdnow_licence.txt
"$python" "$root/Scripts/setup/convert_cdnow.py" "$sample/cdnow_master.txt" "$sample/cdnow.csv"

say "Fetching the demonstration click-stream (retentioneering 5.2.4, Apache-2.0, synthetic)"
wheel=$(fetch retentioneering 5.2.4 f4ab91b67c6deed93728bfb6e503adfe304f101a53e9112ee0219b304b0f3b1a)
unpack "$wheel" retentioneering/datasets/ecom.csv.gz clickstream.csv.gz
unpack "$wheel" retentioneering-5.2.4.dist-info/licenses/LICENSE clickstream_licence.txt
unpack "$wheel" retentioneering-5.2.4.dist-info/licenses/NOTICE clickstream_notice.txt
touch "$sample/complete"
