"""A thousand services, and what they cost."""
import json
import os
import statistics
import time

from client import ask
from gateway import address, backend, route
from kube import NAMESPACE, apply, eventually, get, kubectl, patch, proxies, scale

COUNT = int(os.environ.get("E2E_SERVICES", "1000"))


def memory():
    """MiB in use by operator and proxies."""
    names = [pod["metadata"]["name"] for pod in get("pods", selector="app.kubernetes.io/component in (operator,proxy)")]
    found = {}
    for node in get("nodes"):
        summary = json.loads(kubectl("get", "--raw", f"/api/v1/nodes/{node['metadata']['name']}/proxy/stats/summary"))
        for pod in summary["pods"]:
            if pod["podRef"]["name"] in names and "memory" in pod:
                found[pod["podRef"]["name"]] = pod["memory"]["workingSetBytes"] >> 20
    return found


def told(found):
    return ", ".join(f"{name.rsplit('-', 2)[0]} {used} MiB" for name, used in sorted(found.items()))


def services():
    all_of_them = [route(f"many-{i}", f"/many/{i}") for i in range(COUNT)]
    for one in all_of_them:
        one["metadata"]["labels"] = {"e2e": "many"}
    return all_of_them


def apply_to_served():
    """1,000 services: from apply to served and Ready"""
    backend()
    scale(2)
    before = memory()
    started = time.monotonic()
    for first in range(0, COUNT, 100):
        apply(*services()[first:first + 100])
    applied = time.monotonic() - started
    eventually("the last is served", lambda: ask(address(), f"/many/{COUNT - 1}/hello").status == 200, 120)
    served = time.monotonic() - started
    eventually("all are Ready", lambda: len(waiting()) == 0, 180)
    return (f"applied in {applied:.1f} s, the last served {served - applied:.1f} s after, all Ready "
            f"{time.monotonic() - started - applied:.1f} s after; {told(before)} before, {told(memory())} after")


def waiting():
    text = kubectl("get", "aiservices", "-n", NAMESPACE, "-o",
                   'jsonpath={range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}')
    return [line for line in text.split() if not line.endswith("=True")]


def propagation():
    """among 1,000 services, one change reaches the proxies soon"""
    times = []
    for i in range(20):
        path = f"/moved-{i}"
        started = time.monotonic()
        patch("aiservice", "many-7", {"spec": {"path": path}})
        eventually("it is served", lambda: ask(address(), f"{path}/hello").status == 200, 30)
        times.append(time.monotonic() - started)
    times.sort()
    assert times[-1] < 10, times
    return f"p50 {statistics.median(times):.2f} s, slowest of {len(times)} {times[-1]:.2f} s, kubectl and polling included"


def audit():
    with open(os.path.join(os.environ["E2E_STATE"], "log/audit.log"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def idle():
    """an idle operator writes nothing but its lease"""
    time.sleep(10)  # what the last change caused
    before, length = len(audit()), 30
    time.sleep(length)
    writes = [one for one in audit()[before:] if one["verb"] not in ("get", "list", "watch")]
    others = [one["requestURI"] for one in writes if one["objectRef"]["resource"] != "leases"]
    assert not others, others
    return f"{len(writes)} renewals in {length} s"


idle.own_cluster = True


def removed():
    """1,000 services deleted are served no more"""
    # As one request: kubectl would send one for each, five a second.
    kubectl("delete", "--raw", f"/apis/penstock.dev/v1alpha1/namespaces/{NAMESPACE}/aiservices?labelSelector=e2e%3Dmany")
    started = time.monotonic()
    for i in (0, COUNT // 2, COUNT - 1):
        eventually("it is gone", lambda: ask(address(), f"/many/{i}/hello").status == 404, 60)
    eventually("the gateway tells", lambda: get("aigateway", "default")["status"]["attachedServices"] < COUNT)
    assert len(proxies()) == 2
    return f"gone {time.monotonic() - started:.1f} s after"


TESTS = [apply_to_served, propagation, idle, removed]
