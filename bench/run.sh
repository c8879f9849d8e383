#!/usr/bin/env bash
# Sets up and measures: run.sh full | quick | limits | run WORKLOADS ... | table. See README.md.
set -euo pipefail
cd "$(dirname "$0")"
case "${1:-quick}" in
  table) ;;
  full) ./setup.sh --peers all ;;
  limits) ./setup.sh --peers limits ;;
  *) ./setup.sh ;;
esac
exec python3 bench.py "${@:-quick}"
