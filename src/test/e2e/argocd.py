"""Argo CD's health check, deploy/argocd/health.lua, on what the API server holds."""
import os
import shutil

from gateway import route
from kube import NAMESPACE, apply, await_condition, eventually, get, kubectl, run

CHECK = os.path.join(os.path.dirname(__file__), "../../../deploy/argocd/health.lua")
# Argo CD runs Lua 5.1.
LUA = shutil.which("lua5.1") or shutil.which("lua")


def lua(value):
    """A value as a Lua expression."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return '"' + "".join(f"\\{byte:03d}" for byte in value.encode()) + '"'
    if isinstance(value, list):
        return "{" + ",".join(lua(one) for one in value) + "}"
    return "{" + ",".join(f"[{lua(key)}]={lua(one)}" for key, one in value.items()) + "}"


def health(kind, name, namespace=NAMESPACE):
    """(status, message) of an object as it is now."""
    thing = get(kind, name, namespace)
    with open(CHECK, encoding="utf-8") as file:
        script = f"obj = {lua(thing)}\nlocal function check()\n{file.read()}\nend\n"
    script += 'local h = check()\nprint(h.status)\nprint(h.message)\n'
    status, message = run(LUA, "-", text=script).rstrip("\n").split("\n", 1)
    return status, message


def gets(kind, name, wanted, *words, namespace=NAMESPACE):
    def probe():
        found = health(kind, name, namespace)
        assert found[0] == wanted and all(word in found[1] for word in words), found
        return found

    return eventually(f"{kind} {name} is {wanted}", probe)


def says():
    """Argo CD: Healthy, Progressing and Degraded, by health.lua on the real objects"""
    gets("aigateway", "default", "Healthy")
    gets("aiservice", "traffic", "Healthy")
    nowhere = {"proxy": {"replicas": 1, "service": {"type": "ClusterIP"}, "nodeSelector": {"e2e": "nowhere"}}}
    apply({"apiVersion": "penstock.dev/v1alpha1", "kind": "AIGateway", "metadata": {"name": "nowhere"}, "spec": nowhere},
          route("argo-waits", "/argo-waits", parentRefs=[{"name": "nowhere"}]),
          route("argo-missing", "/argo-missing", backend={"service": {"name": "nobody", "port": 80}}),
          route("argo-same", "/traffic"),
          route("argo-lost", "/argo-lost", parentRefs=[{"name": "no-such-gateway"}]))
    try:
        gets("aigateway", "nowhere", "Progressing", "Pending")
        gets("aiservice", "argo-waits", "Progressing", "Pending")
        gets("aiservice", "argo-missing", "Degraded", "BackendNotFound")
        gets("aiservice", "argo-same", "Degraded", "Conflicted")
        gets("aiservice", "argo-lost", "Degraded", "GatewayNotFound")
    finally:
        kubectl("delete", "aiservice", "argo-waits", "argo-missing", "argo-same", "argo-lost", "-n", NAMESPACE)
        kubectl("delete", "aigateway", "nowhere", "-n", NAMESPACE)
    await_condition("aiservice", "traffic")


TESTS = [says]
says.left_out = "" if LUA else "without lua5.1"
