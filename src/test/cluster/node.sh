#!/usr/bin/env bash
# node.sh: process 1 of the node: up.sh starts it in network, mount and process namespaces of its own.
# Nothing in here can reach, or be reached from, a network outside: there is no link out.
set -u
. "$(dirname "$0")/common.sh"
BIND_IP=0.0.0.0 PUBLIC_IP=$NODE_IP
. "$HERE/services.sh"
mount --make-rshared /
# The pods' namespaces and shim sockets go with this node.
mkdir -p /run/netns /run/containerd
mount -t tmpfs tmpfs /run/netns
mount -t tmpfs tmpfs /run/containerd
# Where the host-path provisioner puts volumes; it makes them for root only, and host paths take no fsGroup.
mkdir -p "$STATE/pv" /tmp/hostpath_pv
mount --bind "$STATE/pv" /tmp/hostpath_pv
(while sleep 0.2; do chmod 0777 "$STATE"/pv/* 2>/dev/null; done) &
ip link set lo up
ip link add node0 type veth peer name node0p
ip addr add "$NODE_IP/24" dev node0
ip link set node0 up
ip link set node0p up
ip route add default via "${NODE_IP%.*}.254" dev node0 # so that ClusterIPs have a route before DNAT
sysctl -qw net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
run() { # name, function: restarts it when it ends, unless service.sh holds it
  (
    while :; do
      while [ -f "$STATE/held/$1" ]; do sleep 0.2; done
      ("$2") >>"$STATE/log/$1.log" 2>&1
      echo "== $1 ended: $?" >>"$STATE/log/$1.log"
      sleep 1
    done
  ) &
}
run containerd containerd_cmd
run etcd etcd_cmd
run kube-apiserver apiserver_cmd
# The API on the host's loopback, through a unix socket
socat "UNIX-LISTEN:$STATE/api.sock,fork,unlink-early" "TCP:127.0.0.1:$API_PORT" 2>>"$STATE/log/socat.log" &
wait_ready 120 || { echo "the API server does not get ready"; exit 1; }
run kube-controller-manager kcm_cmd
run kube-scheduler scheduler_cmd
until ctr -a "$STATE/containerd.sock" version >/dev/null 2>&1; do sleep 0.1; done
for image in "$IMAGES"/*.tar; do
  ctr -a "$STATE/containerd.sock" -n k8s.io images import "$image" >>"$STATE/log/images.log" 2>&1
done
run kubelet kubelet_cmd
run kube-proxy proxy_cmd
while :; do wait -n 2>/dev/null || sleep 1; done
