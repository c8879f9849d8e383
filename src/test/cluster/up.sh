#!/usr/bin/env bash
# up.sh [api|control|full] [--hold]: builds what is missing, starts, waits until ready, prints KUBECONFIG.
#   api      etcd and kube-apiserver on loopback
#   control  and kube-controller-manager
#   full     (default) a node in its own namespaces: scheduler, kubelet, kube-proxy, containerd, DNS too
#   --hold   (api, control) stays until its standard input ends, and then takes everything down: a caller that
#            dies, however it dies, leaves nothing behind. The line "control" starts the controller manager.
set -eu
MODE=${1:-full}
. "$(dirname "$0")/common.sh"
. "$HERE/services.sh"
T0=$(now)
say() { echo "[$(since "$T0") s] $*" >&2; }
ready() { say "$1 ready"; echo "KUBECONFIG=$KUBECONFIG"; }
await_api() { # ids of processes that it needs
  wait_ready 120 "$@" || { say "the API server does not get ready"; tail -5 "$STATE/log/kube-apiserver.log" >&2; exit 1; }
}
start() { # name, function
  ("$2") >"$STATE/log/$1.log" 2>&1 </dev/null &
  echo $! >"$STATE/$1.pid"
  disown # its end is no news
}
outlive() { # command...: becomes it, in a session of its own (^C is not for it) and without what the caller has open, like locks
  local fd
  for fd in /proc/"$BASHPID"/fd/*; do
    fd=${fd##*/}
    case $fd in [012] | 255) ;; *) eval "exec $fd>&-" ;; esac
  done
  exec setsid "$@"
}
start_control() {
  start kube-controller-manager kcm_cmd
  until "$BIN/kubectl" get serviceaccount default >/dev/null 2>&1; do sleep 0.1; done
}

if [ -f "$STATE/mode" ]; then
  if [ "$(cat "$STATE/mode")" = "$MODE" ] && [ "${2-}" != --hold ] && wait_ready 2; then ready "still $MODE"; exit; fi
  "$HERE/down.sh"
fi
[ "$MODE" != full ] || export WITH_NODE=1
"$HERE/build.sh" >/dev/null
if [ "${2-}" = --hold ]; then
  HOLD="setpriv --pdeathsig KILL"
  trap '"$HERE/down.sh"' EXIT
  trap 'exit 143' INT TERM HUP
fi
mkdir -p "$STATE/log"
"$HERE/certs.sh" "$MODE"
BIND_IP=127.0.0.1 PUBLIC_IP=127.0.0.1
echo "$MODE" >"$STATE/mode"

if [ "$MODE" != full ]; then
  start etcd etcd_cmd
  start kube-apiserver apiserver_cmd
  await_api "$(cat "$STATE/etcd.pid")" "$(cat "$STATE/kube-apiserver.pid")"
  [ "$MODE" = api ] || start_control
  ready "$MODE"
  [ "${2-}" = --hold ] || exit 0
  while read -r line; do
    [ "$line" = control ] || continue
    [ -f "$STATE/kube-controller-manager.pid" ] || start_control
    echo control >"$STATE/mode"
    echo "control is ready"
  done
  exit 0
fi

"$HERE/images.sh"
mkdir -p "$STATE/cni"
fill() { sed -e "s#@STATE@#$STATE#g" -e "s#@POD_CIDR@#$POD_CIDR#g" -e "s#@DNS_IP@#$DNS_IP#g" "$1"; }
for file in containerd.toml kubelet.yaml kube-proxy.yaml; do fill "$HERE/conf/$file" >"$STATE/$file"; done
fill "$HERE/conf/cni.conflist" >"$STATE/cni/10-bridge.conflist"
: >"$STATE/resolv.conf"
(outlive unshare --net --mount --pid --fork --kill-child --mount-proc "$HERE/node.sh") >"$STATE/log/node.log" 2>&1 </dev/null &
echo $! >"$STATE/node.pid"
until [ -S "$STATE/api.sock" ]; do sleep 0.1; done
(outlive socat "TCP-LISTEN:$API_PORT,bind=127.0.0.1,fork,reuseaddr" "UNIX-CONNECT:$STATE/api.sock") \
  2>"$STATE/log/socat-host.log" </dev/null >&2 &
echo $! >"$STATE/socat.pid"
await_api
say "API server ready"
kubectl=$BIN/kubectl
fill "$HERE/manifests/coredns.yaml" | "$kubectl" apply -f - >/dev/null
"$kubectl" apply -f "$HERE/manifests/storage.yaml" >/dev/null
until "$kubectl" get node "$NODE_NAME" >/dev/null 2>&1; do sleep 0.2; done
"$kubectl" wait --for=condition=Ready "node/$NODE_NAME" --timeout=120s >/dev/null
say "node ready"
"$kubectl" -n kube-system rollout status deployment/coredns --timeout=120s >/dev/null
ready "full"
