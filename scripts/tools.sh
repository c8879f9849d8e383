#!/bin/sh
# Sees to the programs that the tests run beside Penstock: installs them as root on Debian, otherwise names them in
# one line; builds the one that no package has.
set -eu

missing=
need() { # program, Debian package
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"
}

need nginx nginx-light # the limiter is compared with a real one
need redis-server redis-server # the shared limiter counts in a real one
need openssl openssl
need curl curl
need setpriv util-linux

install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1 || return 1
  echo "installing:$missing"
  # The run level keeps Debian from starting what it installs.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  # shellcheck disable=SC2086 # a list of packages
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null
}
if [ -n "$missing" ] && ! install; then
  echo "the tests need these packages, please install them:$missing" >&2
  exit 1
fi

# The Kubernetes API server that the operator is tested with, built once for all clones.
if ! "$(dirname "$0")/../src/test/cluster/build.sh" >/dev/null; then
  [ -z "${CI-}" ] || exit 1
  echo "without it, the tests of the operator are skipped" >&2
fi
