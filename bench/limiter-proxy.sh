#!/usr/bin/env bash
# What a limit adds to a request through the whole proxy: none, of this process, in Redis (one hot key, never reached),
# beside Envoy with envoyproxy/ratelimit on the same Redis. Five minutes; needs a machine that does nothing else.
# Writes results/<date>-<commit>.jsonl and results/README.md; run.sh run L1,L2:5000 --rounds 1 only prints.
set -euo pipefail
exec "$(dirname "$0")/run.sh" limits "$@"
