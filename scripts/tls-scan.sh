#!/usr/bin/env bash
# Runs sslyze against bin/penstock (`make conformance`): versions, suites, known attacks, Mozilla's "intermediate"
# profile. Prints what it found and fails on any finding that is worse than low. sslyze is installed once, into a
# virtual environment under ~/.cache.
# usage: scripts/tls-scan.sh     PYTHON=python3.12 names another Python
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

VERSION=6.3.1
work=target/conformance
venv=${XDG_CACHE_HOME:-$HOME/.cache}/penstock-sslyze
python=${PYTHON:-python3}
gateway=
trap '[ -z "$gateway" ] || kill "$gateway" 2>/dev/null || true' EXIT

fail() {
  echo "scripts/tls-scan.sh: $1" >&2
  exit 1
}

mkdir -p $work
if [ "$(cat "$venv/installed.txt" 2>/dev/null)" != "$VERSION" ]; then
  echo "tls-scan: installing sslyze $VERSION (once, into $venv)"
  rm -rf "$venv"
  "$python" -m venv "$venv" || fail "python3 -m venv failed (Debian: apt-get install python3-venv)"
  "$venv/bin/pip" install -q --disable-pip-version-check "sslyze==$VERSION"
  echo "$VERSION" >"$venv/installed.txt"
fi

sed "s/@PORT@/9/" src/test/conformance/h2spec.yaml >$work/tls-scan.yaml
XDG_STATE_HOME=$PWD/$work bin/penstock run -f $work/tls-scan.yaml \
  --bind 127.0.0.1 --https-port 0 --http-port -1 --admin-port -1 >$work/tls-scan.log 2>&1 &
gateway=$!
port=
for _ in $(seq 600); do
  port=$(grep -m1 -oP '^  https +https://localhost:\K\d+' $work/tls-scan.log || true)
  [ -z "$port" ] || break
  sleep 0.1
done
[ -n "$port" ] || fail "no sign of a start in $work/tls-scan.log"

"$venv/bin/python" src/test/conformance/tls_scan.py "localhost:$port"
