#!/usr/bin/env bash
# Runs the four client checks through a gateway of their own (`make clients`), with it and the stand-ins
# on free ports. Prints a line for each client, and all of its checks when one failed.
# The clients are installed once, into a virtual environment under ~/.cache.
# usage: examples/clients/run.sh [--verbose]     PYTHON=python3.12 names another Python
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

here=examples/clients
work=target/clients
venv=${XDG_CACHE_HOME:-$HOME/.cache}/penstock-clients
python=${PYTHON:-python3}
gateway=

fail() {
  echo "clients: $1" >&2
  exit 1
}

stop_gateway() {
  if [ -n "$gateway" ]; then
    kill "$gateway" 2>/dev/null || true
    wait "$gateway" 2>/dev/null || true
  fi
}

# The stamp is the list itself, so that a new version of a client is installed, and only then.
install() {
  cmp -s "$here/requirements.txt" "$venv/installed.txt" && return
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    fail "needs Python 3.11 or newer (PYTHON=... names one)"
  echo "clients: installing $(tr '\n' ' ' <"$here/requirements.txt")(once, into $venv)"
  rm -rf "$venv"
  "$python" -m venv "$venv" || fail "python3 -m venv failed (Debian: apt-get install python3-venv)"
  "$venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$venv/installed.txt"
}

# Prints the port of the gateway; the stack in target/clients has the others.
choose_ports() {
  "$venv/bin/python" - "$here/stack/stack.yaml" "$work" <<'PYTHON'
import pathlib, re, socket, sys

source, work = map(pathlib.Path, sys.argv[1:])
names = {"auth": 8080, "kokoro-tts": 9010, "whisper-stt": 9011, "audio-conv": 9012,
         "ollama-llm": 11434, "chromadb": 8000}
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(len(names) + 2)]
free = [each.getsockname()[1] for each in held]
ports = dict(zip([*names.values(), 50051], free))
stack = re.sub(r"(?<=127\.0\.0\.1:)\d+", lambda m: str(ports[int(m[0])]), source.read_text())
(work / "stack.yaml").write_text(stack)
(work / "stand-ins.txt").write_text(" ".join(f"--port {n}={ports[p]}" for n, p in names.items()))
(work / "grpc-port.txt").write_text(str(ports[50051]))
print(free[-1])
PYTHON
}

start_gateway() {
  STACK=$work/stack.yaml STAND_INS=$(cat "$work/stand-ins.txt") examples/run.sh \
    --https-port "$1" --http-port -1 --admin-port -1 --state-dir "$work/state" >"$work/gateway.log" 2>&1 &
  gateway=$!
  for _ in $(seq 600); do
    grep -q '^Gateway .* serves' "$work/gateway.log" && return
    kill -0 "$gateway" 2>/dev/null || break
    sleep 0.1
  done
  cat "$work/gateway.log" >&2
  fail "the gateway did not start"
}

check() {
  local name=$1 port=$2 log=$work/$1.log status=0 count
  "$venv/bin/python" "$here/check_$name.py" --base-url "https://127.0.0.1:$port" \
    --ca "$work/state/ai/default/ca.crt" >"$log" 2>&1 || status=1
  if [ "$status" -ne 0 ] || [ "$verbose" = --verbose ]; then
    cat "$log"
  fi
  count=$(awk '{n[$1]++} END {printf "%d ok, %d skipped, %d failed", n["ok"], n["skip"], n["FAIL"]}' "$log")
  echo "clients: $name: $count"
  return "$status"
}

verbose=${1:-}
mkdir -p "$work"
trap stop_gateway EXIT
install
port=$(choose_ports)
GRPC_BACKEND_PORT=$(cat "$work/grpc-port.txt") # check_grpc.py serves there itself
export GRPC_BACKEND_PORT
start_gateway "$port"
failed=0
for name in openai ollama chroma grpc; do
  check "$name" "$port" || failed=1
done
exit "$failed"
