#!/bin/sh
# Makes penstock.aot of a build, target/dist or the folder DIST: a training run notes which classes a start loads, which
# methods are hot, and how they are called; the JVM links and compiles by that. A failure is one line and no cache:
# Penstock then only starts and warms more slowly.
#
# The training is `penstock run` itself, by the launcher and so with its JVM options, which a cache must share. Requests
# of every kind come from its own warm-up, which goes on until SIGTERM; the JVM writes the cache on its way out.
set -u
scripts=$(cd "$(dirname "$0")" && pwd) || exit 1
log=$scripts/../target/aot-train.log
state=$scripts/../target/aot-train-state
cd "${DIST:-$scripts/../target/dist}" || exit 1
seconds=20 # of requests: what the second compiler has not taken by then a start does not compile early

stop() {
  [ -z "${run:-}" ] || kill -TERM "$run" 2>/dev/null
}
trap 'stop; exit 1' INT TERM HUP

serves() { # the last line of the banner is the example
  grep -q '^  curl ' "$log" 2>/dev/null
}

train() {
  # Not left to the redirection below: until that happens, the log of an earlier training says that it serves.
  rm -rf "$state" "$log"
  JAVA_OPTS="" PENSTOCK_JAVA_OPTS="-XX:AOTCacheOutput=penstock.aot" \
    bin/penstock run --train -f "$scripts/aot-train.yaml" --https-port 0 --http-port 0 --admin-port 0 \
    --state-dir "$state" >"$log" 2>&1 &
  run=$!
  waited=0
  until serves || [ $waited -ge 30 ] || ! kill -0 "$run" 2>/dev/null; do
    sleep 1
    waited=$((waited + 1))
  done
  serves && sleep $seconds
  stop
  wait "$run"
}

if train && [ -s penstock.aot ]; then
  rm -rf "$state"
  grep -q 'Trained with [0-9]\{5,\} requests' "$log" ||
    echo "the AOT cache knows little of requests, first ones will be slower: see target/aot-train.log" >&2
  exit 0
fi
rm -rf penstock.aot penstock.aot.config "$state"
echo "no AOT cache was made, starts will be slower: see target/aot-train.log" >&2
