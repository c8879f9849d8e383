#!/usr/bin/env bash
# enter.sh COMMAND: runs it on the node's network (ClusterIPs and pod addresses are reached there).
. "$(dirname "$0")/common.sh"
exec nsenter --target "$(pgrep -P "$(cat "$STATE/node.pid")" | head -1)" --net -- "$@"
