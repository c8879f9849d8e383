#!/usr/bin/env bash
# Runs h2spec, the conformance suite of HTTP/2, over TLS against bin/penstock (`make conformance`).
# usage: scripts/conformance.sh [OPTIONS AND SECTIONS OF h2spec]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

VERSION=v2.2.1+incompatible
work=target/conformance
h2spec=$work/h2spec
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done' EXIT

fail() {
  echo "scripts/conformance.sh: $1" >&2
  exit 1
}

# Waits for what matches, for at most 20 s.
await() { # file, pattern
  for _ in $(seq 200); do
    if grep -m1 -oP "$2" "$1" 2>/dev/null; then
      return
    fi
    sleep 0.1
  done
  fail "no sign of a start in $1"
}

mkdir -p $work
if [ ! -x $h2spec ]; then
  command -v go >/dev/null || fail "go not found: install it to build h2spec (Debian: apt-get install golang)"
  GOBIN=$PWD/$work go install "github.com/summerwind/h2spec/cmd/h2spec@$VERSION"
fi

: "${JAVA_HOME:=$(src/main/launcher/find-jdk javac)}"
"$JAVA_HOME/bin/java" src/test/conformance/Backend.java >$work/backend.log 2>&1 &
pids+=($!)
backend=$(await $work/backend.log '^\d+$')
sed "s/@PORT@/$backend/" src/test/conformance/h2spec.yaml >$work/h2spec.yaml

XDG_STATE_HOME=$PWD/$work bin/penstock run -f $work/h2spec.yaml \
  --https-port 0 --http-port -1 --admin-port 0 >$work/gateway.log 2>&1 &
pids+=($!)
port=$(await $work/gateway.log '^  https +https://localhost:\K\d+')

$h2spec --tls --insecure --host 127.0.0.1 --port "$port" --timeout 5 "$@"
