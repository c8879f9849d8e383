#!/usr/bin/env bash
# Serves examples/original-stack with stand-ins for every backend that is not there (`make run`).
# usage: examples/run.sh [OPTIONS OF penstock run]
#   STACK=DIR_OR_FILE  other manifests than examples/original-stack
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  echo "examples/run.sh: $1" >&2
  exit 1
}

# Reads the release file: to start each Java there is would take seconds.
is_jdk_25() {
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null) || return 1
  [ -x "$1/bin/javac" ] && [ "${version:-0}" -ge 25 ]
}

find_jdk() {
  local home
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && is_jdk_25 "$home"; then
      echo "$home"
      return
    fi
  done
  fail "no JDK 25 found; set JAVA_HOME to one"
}

# Compiled once, and again when a source changes: a launch from source takes a second longer.
compile_stand_ins() {
  local stamp=target/stand-ins/.compiled
  if [ ! -f "$stamp" ] || [ -n "$(find examples/stand-ins -name '*.java' -newer "$stamp")" ]; then
    mkdir -p target/stand-ins
    "$JAVA_HOME/bin/javac" -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -proc:none \
      -d target/stand-ins examples/stand-ins/*.java
    touch "$stamp"
  fi
}

# They end with this process, which becomes penstock: no signal has to be forwarded, and a drain
# still finds its backends. Bash starts them deaf to Ctrl-C, so that one does not end them early.
start_stand_ins() {
  local ready=target/stand-ins/ready.$$ started
  rm -f "$ready"
  "$JAVA_HOME/bin/java" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m \
    -cp target/stand-ins StandIns --parent $$ --ready-file "$ready" &
  started=$!
  for _ in $(seq 200); do
    if [ -f "$ready" ]; then
      rm -f "$ready"
      return
    fi
    kill -0 "$started" 2>/dev/null || fail "the stand-ins did not start"
    sleep 0.05
  done
  fail "the stand-ins are not up after 10 s"
}

[ -x bin/penstock ] || fail "bin/penstock is not built; run: make build"
JAVA_HOME=$(find_jdk)
export JAVA_HOME
compile_stand_ins
start_stand_ins
exec bin/penstock run -f "${STACK:-examples/original-stack}" "$@"
