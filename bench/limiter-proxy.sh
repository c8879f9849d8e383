#!/usr/bin/env bash
# What a limit adds to a request through the whole proxy: none, of this process, in Redis (one hot key, never reached).
# Prints requests/s and CPU of the proxy a request. Seconds for each figure: $1, or 5. Needs wrk, nginx, redis-server.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5}
penstock=${PENSTOCK_BIN:-bin/penstock}
nginx=$(command -v nginx || echo /usr/sbin/nginx)
dir=$(mktemp -d)
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait; rm -rf "$dir"' EXIT

backend=8191 redis=8192 proxy=8193
cat >"$dir/nginx.conf" <<END
daemon off; worker_processes 1; pid $dir/pid; error_log $dir/error.log;
events {}
http { access_log off; keepalive_requests 1000000000;
  server { listen 127.0.0.1:$backend reuseport; location / { return 200 "hello"; } } }
END
"$nginx" -c "$dir/nginx.conf" & pids+=($!)
redis-server --port $redis --bind 127.0.0.1 --save "" --daemonize no >"$dir/redis.log" & pids+=($!)

manifest() { # limiter, rateLimit
  cat <<END
apiVersion: penstock.dev/v1alpha1
kind: AIGateway
metadata: {name: default, namespace: ai}
spec: {tls: {mode: Disabled}$1}
---
apiVersion: penstock.dev/v1alpha1
kind: AIService
metadata: {name: small, namespace: ai}
spec: {path: /small, backend: {url: "http://127.0.0.1:$backend"}$2}
END
}
limit=', rateLimit: {rate: 999999r/s, burst: 1000000}'
manifest '' '' >"$dir/none.yaml"
manifest '' "$limit" >"$dir/local.yaml"
manifest ", limiter: {redis: {addresses: [\"127.0.0.1:$redis\"]}, failurePolicy: Closed}" "$limit" >"$dir/redis.yaml"

cpu() { awk '{print $14 + $15}' "/proc/$1/stat"; }
measure() { # wrk arguments
  wrk -t1 "$@" "http://127.0.0.1:$proxy/small" >"$dir/wrk"
}
echo "| limit | connections | requests/s | proxy CPU us | p99 | errors |"
echo "|---|---|---|---|---|---|"
for limiter in none local redis none local redis; do
  "$penstock" run -f "$dir/$limiter.yaml" --http-port $proxy --admin-port -1 --no-access-log >"$dir/out" 2>&1 & pid=$!
  pids+=($pid)
  until curl -sf -o /dev/null "http://127.0.0.1:$proxy/small"; do sleep 0.1; done
  measure -c64 -d8s
  for connections in 64 8; do
    before=$(cpu $pid)
    measure -c$connections -d"${seconds}s" --latency
    used=$(($(cpu $pid) - before))
    awk -v limiter=$limiter -v c=$connections -v used=$used '
      /requests in/ {n = $1} /Requests\/sec/ {rate = $2} /99%/ {p99 = $2} /Non-2xx/ {errors = $NF}
      END {printf "| %s | %d | %.0f | %.1f | %s | %d |\n", limiter, c, rate, used * 10000 / n, p99, errors}' "$dir/wrk"
  done
  kill $pid; wait $pid 2>/dev/null || true
done
