#!/usr/bin/env bash
# run.sh [WORD...]: the suite on a real cluster (`make e2e`). Without E2E_KUBECONFIG it starts one on this machine, as
# root, and takes it down at the end.
#   E2E_KUBECONFIG  another cluster, on which penstock is not installed; with it:
#   E2E_IMAGE       Penstock's image, which its nodes have or can pull
#   E2E_IMAGE_NEXT  another one that they have, to upgrade to
#   E2E_REDIS       a Redis image (docker.io/library/redis:7.2-alpine)
#   E2E_RATE, E2E_STREAMS, E2E_SERVICES: requests a second, open streams, AIServices
#   E2E_KEEP=1      leaves the own cluster running
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
cluster=src/test/cluster
export E2E_OUT=$PWD/target/e2e E2E_CHART=$PWD/deploy/helm/penstock E2E_BACKEND=$PWD/target/e2e/backend.jar
export PYTHONDONTWRITEBYTECODE=1

compile() { # the backends, into one jar
  local classes=target/e2e/classes
  rm -rf target/e2e
  mkdir -p "$classes"
  "$JAVA_HOME/bin/javac" -proc:none -d "$classes" examples/stand-ins/*.java src/test/e2e/backend/*.java
  "$JAVA_HOME/bin/jar" --create --file "$E2E_BACKEND" -C "$classes" .
}

own_cluster() {
  src/test/e2e/packages.sh
  local able
  able=$(src/test/e2e/able.sh) || { echo "a cluster on this machine? $able; E2E_KUBECONFIG names another one" >&2; exit 1; }
  [ -n "${E2E_KEEP-}" ] || trap '"$cluster/down.sh"' EXIT
  # Who ends this ends its children, too: the suite then keeps what there is of the test that ran, and comes back here.
  trap : TERM
  "$cluster/up.sh" full >/dev/null
  PATH=$("$cluster/build.sh" --where):$PATH
  WITH_HELM=1 WITH_CERTMANAGER=1 "$cluster/build.sh" >/dev/null
  . "$cluster/common.sh"
  export E2E_STATE=$STATE E2E_IMAGE E2E_REDIS=localhost/redis:7
  E2E_IMAGE=localhost/penstock:$(sed -n 's/^appVersion: //p' "$E2E_CHART/Chart.yaml")
  "$cluster/load-image.sh" target/image/penstock.tar >/dev/null
}

need() {
  for program in "$@"; do
    command -v "$program" >/dev/null || { echo "make e2e needs $program" >&2; exit 1; }
  done
}

: "${JAVA_HOME:=$(src/main/launcher/find-jdk javac)}"
need python3
compile
if [ -n "${E2E_KUBECONFIG-}" ]; then
  need kubectl helm
  export KUBECONFIG=$E2E_KUBECONFIG E2E_REDIS=${E2E_REDIS:-docker.io/library/redis:7.2-alpine}
  : "${E2E_IMAGE:?which image of Penstock can the nodes of that cluster pull?}"
  export E2E_IMAGE
  exec python3 src/test/e2e/e2e.py "$@"
fi
own_cluster
# Only on the node's network are Services and pods to be reached.
"$cluster/enter.sh" python3 src/test/e2e/e2e.py "$@"
