#!/bin/sh
# Sees to the Debian packages that a node needs: installs them as root on Debian, otherwise names them in one line.
set -eu
missing=
need() { # program or file, Debian package
  command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -e "$1" ] || missing="$missing $2"
}
need containerd containerd
need runc runc
need /usr/lib/cni/bridge containernetworking-plugins
need iptables iptables
need conntrack conntrack
need ipset ipset
need ip iproute2
need socat socat
need redis-server redis-server
need curl curl
need openssl openssl
need jq jq
need lua5.1 lua5.1
[ "$(id -u)" -eq 0 ] || { echo "a cluster on this machine needs root; E2E_KUBECONFIG names another one" >&2; exit 1; }
[ -n "$missing" ] || exit 0
command -v apt-get >/dev/null 2>&1 || { echo "a cluster on this machine needs the Debian packages:$missing" >&2; exit 1; }
echo "installing:$missing"
# The run level keeps Debian from starting what it installs.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
# shellcheck disable=SC2086 # a list of packages
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null
