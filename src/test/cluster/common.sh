# Sourced by the other scripts.
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
KUBE_VERSION=$(awk '$1 == "k8s.io/kubernetes" { print $2 }' "$HERE/go/go.mod")

# What is built lies outside of the clone, under a key of its own for each state of the sources.
key() { # files and folders
  find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256sum | cut -c1-12
}
CACHE=${PENSTOCK_CLUSTER_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/penstock-cluster}
BIN=$CACHE/$(key "$HERE/go")/bin
IMAGES=$CACHE/$(key "$HERE/go" "$HERE/images.sh" "$HERE/mkimage.py")/images

STATE=$(realpath -m "${K8S_STATE:-$HERE/../../../target/cluster}")
API_PORT=${API_PORT:-6443}
ETCD_PORT=${ETCD_PORT:-2379}
ETCD_PEER_PORT=${ETCD_PEER_PORT:-$((ETCD_PORT + 1))}
KCM_PORT=${KCM_PORT:-10257}
NODE_NAME=node1
NODE_IP=10.88.0.1
POD_CIDR=10.244.0.0/24
SERVICE_CIDR=10.96.0.0/16
DNS_IP=10.96.0.10
export KUBECONFIG=$STATE/admin.kubeconfig

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }
# One process at a time builds; the others wait and find what it built.
lock() { # folder
  mkdir -p "$1"
  exec 9>"$1/.lock"
  flock 9
}
