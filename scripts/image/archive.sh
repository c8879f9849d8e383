#!/bin/sh
# Makes target/image/penstock.tar, an image that `docker load`, `podman load` and `ctr images import` take, without a
# daemon and without a base image: the runtime above the shared libraries, the shell and the two tools of this machine
# that the launcher needs. target/image/root is its file system.
# usage: scripts/image/archive.sh [NAME:TAG]   (after `make build`)
set -eu
cd "$(dirname "$0")/../.."
name=${1:-localhost/penstock:dev}
out=$PWD/target/image
root=$out/root
: "${JAVA_HOME:=$(src/main/launcher/find-jdk javac)}"
export JAVA_HOME

libraries() { # of FILES..., with those that they need in turn
  ldd "$@" 2>/dev/null | grep -v ':$' | grep -oE '/[^ ]+\.so[^ ]*' | grep -v "^$root/" | sort -u
}

base() {
  mkdir -p "$root/bin" "$root/usr/bin" "$root/etc" "$root/tmp" "$root/proc" "$root/sys" "$root/dev" \
    "$root/var/lib/penstock" "$root/manifests" "$root/licenses"
  chmod 1777 "$root/tmp"
  cp -L /bin/sh "$root/bin/sh"
  cp -L /usr/bin/dirname /usr/bin/readlink "$root/usr/bin/"
  printf 'root:x:0:0:root:/:/bin/sh\npenstock:x:65532:65532::/var/lib/penstock:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\npenstock:x:65532:\n' >"$root/etc/group"
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  cp LICENSE "$root/licenses/"
}

shared() {
  # shellcheck disable=SC2046 # paths without blanks
  libraries "$root/bin/sh" "$root"/usr/bin/* "$root/opt/java/bin/java" "$root/opt/java/lib/server/libjvm.so" \
    $(find "$root/opt" -name '*.so') | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
}

rm -rf "$out"
mkdir -p "$root"
base
scripts/image/runtime.sh "$root"
shared
scripts/image/pack.sh "$root" "$out/penstock.tar" "$name"
echo "target/image/penstock.tar: $name, $(du -m "$out/penstock.tar" | cut -f1) MB; root file system $(du -sm "$root" | cut -f1) MB"
