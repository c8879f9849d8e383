#!/usr/bin/env bash
# Serves examples/original-stack with stand-ins for every backend that is not there (`make run`).
# usage: examples/run.sh [OPTIONS OF penstock run]
#   STACK=DIR_OR_FILE  other manifests than examples/original-stack
#   STAND_INS=OPTIONS  of the stand-ins, such as "--port chromadb=-1" (see stand-ins/README.md)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  echo "examples/run.sh: $1" >&2
  exit 1
}

# They end with this process, which becomes penstock: no signal has to be forwarded, and a drain
# still finds its backends. Bash starts them deaf to Ctrl-C, so that one does not end them early.
start_stand_ins() {
  local ready=target/stand-ins/ready.$$ started
  rm -f "$ready"
  # shellcheck disable=SC2086 # the options are words
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m \
    -cp target/stand-ins StandIns --parent $$ --ready-file "$ready" ${STAND_INS:-} &
  started=$!
  for _ in $(seq 600); do
    if [ -f "$ready" ]; then
      rm -f "$ready"
      return
    fi
    kill -0 "$started" 2>/dev/null || fail "the stand-ins did not start"
    sleep 0.05
  done
  fail "the stand-ins are not up after 30 s"
}

[ -x bin/penstock ] || fail "bin/penstock is not built; run: make build"
JAVA_HOME=$(src/main/launcher/find-jdk javac)
export JAVA_HOME
examples/stand-ins/compile.sh
start_stand_ins
exec bin/penstock run -f "${STACK:-examples/original-stack}" "$@"
