#!/usr/bin/env bash
# images.sh: makes the images that are missing in the cache, from Debian's packages and what build.sh built.
set -eu
. "$(dirname "$0")/common.sh"
missing=
for name in pause coredns busybox redis; do [ -f "$IMAGES/$name.tar" ] || missing=yes; done
[ -n "$missing" ] || exit 0
lock "$IMAGES"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

image() { # name, tag, further arguments
  local name=$1 tag=$2
  shift 2
  [ -f "$IMAGES/$name.tar" ] || "$HERE/mkimage.py" "$IMAGES/$name.tar" "localhost/$name:$tag" "$@"
}
libraries() { # folder, files: copies the shared libraries that the files need
  local to=$1
  shift
  {
    ldd "$@" 2>/dev/null | grep -oE '/[^ ]+\.so[^ ]*' | grep -v ':$'
    ls /lib/x86_64-linux-gnu/libnss_{files,dns}.so.2 2>/dev/null
  } | sort -u | while read -r library; do
    case $library in "$to"*) continue ;; esac
    mkdir -p "$to/$(dirname "$library")"
    cp -Ln "$library" "$to/$library"
  done
}
base() { # folder: busybox, users, /tmp
  mkdir -p "$1"/{bin,etc,tmp,proc,sys,dev,run,var/tmp,data}
  chmod 1777 "$1/tmp" "$1/var/tmp" "$1/data"
  # Debian's busybox, taken apart rather than installed (its wget crashes when given -T: leave that option out).
  (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root busybox >/dev/null && dpkg -x busybox_*.deb busybox)
  cp "$work/busybox/bin/busybox" "$1/bin/busybox"
  for command in $("$1/bin/busybox" --list); do
    [ "$command" = busybox ] || ln -sf busybox "$1/bin/$command"
  done
  printf 'root:x:0:0:root:/:/bin/sh\nnonroot:x:65532:65532::/tmp:/bin/sh\n' >"$1/etc/passwd"
  printf 'root:x:0:\nnonroot:x:65532:\n' >"$1/etc/group"
  echo 'hosts: files dns' >"$1/etc/nsswitch.conf"
  libraries "$1" "$1/bin/busybox"
}

mkdir -p "$work"/{pause,coredns,redis/usr/bin}
cp "$BIN/pause" "$work/pause/pause"
cp "$BIN/coredns" "$work/coredns/coredns"
for name in redis-server redis-cli; do cp -L "/usr/bin/$name" "$work/redis/usr/bin/$name"; done
libraries "$work/redis" /usr/bin/redis-server /usr/bin/redis-cli
base "$work/base"
image pause 1 --layer "$work/pause" --entrypoint '["/pause"]' --user 65532:65532
image coredns 1 --layer "$work/coredns" --entrypoint '["/coredns"]'
image busybox 1 --layer "$work/base" --entrypoint '["/bin/sh"]'
image redis 7 --layer "$work/base" --layer "$work/redis" --entrypoint '["/usr/bin/redis-server"]' \
  --user 65532:65532 --workdir /data
