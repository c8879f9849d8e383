#!/usr/bin/env bash
# service.sh stop|start NAME: ends a service of the running node and keeps it from being started again, or lets it start
# (NAME: kube-apiserver, etcd, kubelet, ... as in log/).
set -eu
. "$(dirname "$0")/common.sh"
held=$STATE/held/$2
case $1 in
  stop)
    mkdir -p "$STATE/held"
    : >"$held"
    # Only the one whose command line names this very binary and this very state.
    for pid in $(pgrep -f "^$BIN/$2 .*$STATE"); do kill -KILL "$pid"; done
    ;;
  start) rm -f "$held" ;;
  *) exit 2 ;;
esac
