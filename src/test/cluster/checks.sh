#!/usr/bin/env bash
# checks.sh: that the running cluster is a real one: what a mock lacks (CEL, server-side apply, status, RBAC,
# Pod Security and, beyond api, garbage collection and controllers). Prints a line a check.
set -u
. "$(dirname "$0")/common.sh"
kubectl=$BIN/kubectl
passed=0 failed=0
check() { # status of the last command, what it means
  if [ "$1" = 0 ]; then passed=$((passed + 1)) && echo "ok   $2"; else failed=$((failed + 1)) && echo "FAIL $2"; fi
}
k() { "$kubectl" -n "$ns" "$@"; }
has() { grep -q -- "$1"; }
eventually() { for _ in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done; return 1; }

ns=checks-$RANDOM
k create namespace "$ns" >/dev/null
trap '"$kubectl" delete namespace "$ns" --wait=false >/dev/null 2>&1' EXIT
k apply -f "$HERE/checks/widgets.yaml" >/dev/null
k wait --for=condition=Established crd/widgets.example.org --timeout=20s >/dev/null
check $? "a CRD is established"
eventually k get widgets

widget() { # size, replicas
  printf '{apiVersion: example.org/v1, kind: Widget, metadata: {name: a}, spec: {size: %s, replicas: %s}}' "$1" "$2"
}
widget small 5 | k apply --server-side -f - 2>&1 | has 'at most 3 replicas'
check $? "a CEL rule refuses"
widget small 2 | k apply --server-side --field-manager=one -f - >/dev/null
check $? "server-side apply"
widget large 2 | k apply --server-side --field-manager=one -f - 2>&1 | has 'cannot be changed'
check $? "a CEL rule of transitions refuses"
widget small 3 | k apply --server-side --field-manager=two -f - 2>&1 | has conflict
check $? "two field managers are in conflict"
widget small 3 | k apply --server-side --field-manager=two --force-conflicts -f - >/dev/null
check $? "one of them may force it"
k get widget a --show-managed-fields -o json | jq -r '.metadata.managedFields[].manager' | sort | tr '\n' ' ' | has 'one two'
check $? "both stand in managedFields"
k patch widget a --subresource=status --type=merge -p '{"status":{"replicas":3}}' >/dev/null
check $? "status subresource"
printf '{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: l}, spec: {holderIdentity: x}}' | k apply -f - >/dev/null
check $? "a lease"
k label namespace "$ns" pod-security.kubernetes.io/enforce=restricted >/dev/null
k create serviceaccount default >/dev/null 2>&1
k run p --image=localhost/busybox:1 2>&1 | has 'violates PodSecurity'
check $? "Pod Security refuses"
k create serviceaccount reader >/dev/null
token=$(k create token reader)
api() {
  curl -s --cacert "$STATE/pki/ca.crt" -H "Authorization: Bearer $token" \
    "https://127.0.0.1:$API_PORT/apis/example.org/v1/namespaces/$ns/widgets"
}
api | has Forbidden
check $? "RBAC forbids"
k create role reader --verb=get,list --resource=widgets.example.org >/dev/null
k create rolebinding reader --role=reader --serviceaccount="$ns:reader" >/dev/null
listed() { api | has WidgetList; }
eventually listed
check $? "RBAC allows"

if [ "$(cat "$STATE/mode")" != api ]; then
  k create configmap owner >/dev/null
  printf '{apiVersion: v1, kind: ConfigMap, metadata: {name: owned, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: owner, uid: %s}]}}' \
    "$(k get configmap owner -o jsonpath='{.metadata.uid}')" | k apply -f - >/dev/null
  k delete configmap owner >/dev/null
  k wait --for=delete configmap/owned --timeout=30s >/dev/null 2>&1
  check $? "garbage collection"
  k create deployment d --image=localhost/busybox:1 --replicas=2 >/dev/null 2>&1
  replicated() { [ "$(k get replicaset -l app=d -o name | wc -l)" = 1 ]; }
  eventually replicated
  check $? "a deployment makes a replica set"
  "$kubectl" delete namespace "$ns" --timeout=60s >/dev/null
  check $? "a namespace goes with all that is in it"
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
