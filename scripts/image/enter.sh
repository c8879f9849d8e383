#!/bin/sh
# Runs target/image/root as a container runtime would, without one: as UID 65532, with a root file system that nobody
# can write to, with the network of this machine. Needs root, and unshare of util-linux.
# usage: scripts/image/enter.sh MANIFESTS ARGUMENTS...   MANIFESTS: a folder to mount at /manifests
set -eu
cd "$(dirname "$0")/../.."
manifests=$(cd "$1" && pwd)
shift
export ROOT="$PWD/target/image/root" MANIFESTS="$manifests"

# shellcheck disable=SC2016 # expanded by the inner shell
exec unshare --mount --propagation private sh -eu -c '
  mount --bind "$ROOT" "$ROOT"
  mount --bind "$MANIFESTS" "$ROOT/manifests"
  mount --rbind /dev "$ROOT/dev"
  mount --rbind /proc "$ROOT/proc"
  mount -t tmpfs -o uid=65532,gid=65532,mode=700 tmpfs "$ROOT/var/lib/penstock"
  mount -o remount,ro,bind "$ROOT"
  cd "$ROOT"
  chroot=$(command -v chroot)
  exec env -i PATH=/opt/penstock/bin:/opt/java/bin:/usr/bin:/bin JAVA_HOME=/opt/java XDG_STATE_HOME=/var/lib \
    JAVA_OPTS="${JAVA_OPTS:-}" \
    "$chroot" --userspec=65532:65532 --groups= . /opt/penstock/bin/penstock "$@"' sh "$@"
