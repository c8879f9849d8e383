#!/bin/sh
# Makes target/dist/penstock.aot: a training run notes which classes a start loads, and the JVM links them ahead of time.
# A failure is one line and no cache: Penstock then only starts more slowly.
set -u
cd "$(dirname "$0")/../target/dist" || exit 1
log=../aot-train.log

# The training: what it does is what starts fast.
train() {
  bin/penstock --version
}

if JAVA_OPTS="" PENSTOCK_JAVA_OPTS="-XX:AOTCacheOutput=penstock.aot" train >"$log" 2>&1 && [ -s penstock.aot ]; then
  exit 0
fi
rm -f penstock.aot
echo "no AOT cache was made, starts will be slower: see target/aot-train.log" >&2
