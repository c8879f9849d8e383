#!/usr/bin/env bash
# Compiles the stand-ins into target/stand-ins, when a source is newer: to launch them from source
# would take a second longer each time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

stamp=target/stand-ins/.compiled
if [ -f "$stamp" ] && [ -z "$(find examples/stand-ins -name '*.java' -newer "$stamp")" ]; then
  exit 0
fi
home=$(src/main/launcher/find-jdk javac)
mkdir -p target/stand-ins
"$home/bin/javac" -J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -proc:none \
  -d target/stand-ins examples/stand-ins/*.java
touch "$stamp"
