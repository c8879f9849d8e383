#!/bin/sh
# Sees to the programs that the tests run beside Penstock: installs them as root on Debian, otherwise names them in one line.
set -eu

missing=
need() { # program, Debian package
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"
}

need nginx nginx-light # the limiter is compared with a real one
need redis-server redis-server # the shared limiter counts in a real one
need openssl openssl
need curl curl
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing:$missing"
  # The run level keeps Debian from starting what it installs.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  # shellcheck disable=SC2086 # a list of packages
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null && exit 0
fi
echo "the tests need these packages, please install them:$missing" >&2
exit 1
