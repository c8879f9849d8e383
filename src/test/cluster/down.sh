#!/usr/bin/env bash
# down.sh: ends only what up.sh started (their ids lie in the state folder) and removes the state.
set -u
. "$(dirname "$0")/common.sh"
[ -f "$STATE/mode" ] || exit 0
for file in "$STATE"/*.pid; do
  [ -f "$file" ] || continue
  pid=$(cat "$file")
  # Only if it is still one of ours: each names the state folder, the node's the script.
  if { tr '\0' ' ' <"/proc/$pid/cmdline"; } 2>/dev/null | grep -qF -e "$STATE" -e "$HERE/node.sh"; then
    kill -KILL "$pid" # the state is thrown away; --kill-child of unshare ends the whole node
    for _ in $(seq 50); do
      grep -q . "/proc/$pid/cmdline" 2>/dev/null || break # gone, or waiting to be reaped
      sleep 0.1
    done
  fi
  rm -f "$file"
done
if [ "$(cat "$STATE/mode")" = full ]; then
  sleep 0.5
  for _ in 1 2 3; do
    find /sys/fs/cgroup/*/kubepods -depth -type d -exec rmdir {} + 2>/dev/null
  done
fi
rm -rf --one-file-system "$STATE"
