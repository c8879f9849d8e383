#!/usr/bin/env bash
# build.sh          builds from the Go module in go/ what is missing in the cache, and prints where it lies
# build.sh --where  only prints it
set -eu
. "$(dirname "$0")/common.sh"

HELM_VERSION=v4.3.1
wanted="hyperkube"
[ -z "${WITH_NODE-}" ] || wanted="$wanted pause coredns"
[ -z "${WITH_CERTMANAGER-}" ] || wanted="$wanted certmanager"
[ -z "${WITH_HELM-}" ] || wanted="$wanted helm"
missing=
for name in $wanted; do [ -x "$BIN/$name" ] || missing="$missing $name"; done
if [ "${1-}" = --where ] || [ -z "$missing" ]; then
  echo "$BIN"
  exit
fi
command -v go >/dev/null || { echo "go not found: the tests build a Kubernetes API server with Go 1.25 or newer (https://go.dev/dl)" >&2; exit 1; }

lock "$BIN"
mkdir -p "$BIN/.part"
cd "$HERE/go"
minor=${KUBE_VERSION#v1.}
flags="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  flags="$flags -X $package.gitVersion=$KUBE_VERSION -X $package.gitMajor=1 -X $package.gitMinor=${minor%%.*}"
  flags="$flags -X $package.gitTreeState=clean -X $package.buildDate=2026-01-01T00:00:00Z"
done
crds() { # cert-manager's, beside its program
  mkdir -p "$BIN/certmanager-crds"
  install -m 644 "$(go list -m -f '{{.Dir}}' github.com/cert-manager/cert-manager)"/deploy/crds/*.yaml "$BIN/certmanager-crds"
}
for name in $wanted; do
  [ ! -x "$BIN/$name" ] || continue
  started=$(now)
  [ "$name" != hyperkube ] || echo "building a Kubernetes $KUBE_VERSION, once: ten minutes on two cores" >&2
  # Written elsewhere and renamed: who looks for it sees all of it or nothing.
  if [ "$name" = helm ]; then
    CGO_ENABLED=0 GOBIN=$BIN/.part nice go install -trimpath -ldflags "-s -w" "helm.sh/helm/v4/cmd/helm@$HELM_VERSION"
  else
    CGO_ENABLED=0 nice go build -buildvcs=false -trimpath -ldflags "$flags" -o "$BIN/.part/$name" "./cmd/$name"
  fi
  [ "$name" != certmanager ] || crds
  mv "$BIN/.part/$name" "$BIN/$name"
  echo "built $name in $(since "$started") s, $(du -m "$BIN/$name" | cut -f1) MB" >&2
done
for name in etcd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl; do
  ln -sfn hyperkube "$BIN/$name"
done
echo "$BIN"
