"""A thousand services or more, and what they cost."""
import asyncio
import json
import os
import statistics
import subprocess
import time
import urllib.request

from client import Connection, Unanswered, ask
from gateway import address, backend, route
from kube import NAMESPACE, OWN_CLUSTER, apply, eventually, get, kubectl, proxies, scale

COUNT = int(os.environ.get("E2E_SERVICES", "1000"))
CHANGES = 100
PATIENCE = max(1, COUNT // 1000)  # so many times the seconds that a thousand get
SERVICES = f"/apis/penstock.dev/v1alpha1/namespaces/{NAMESPACE}/aiservices"


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
    backend()
    scale(2)
    before = memory()
    started = time.monotonic()
    for first in range(0, COUNT, 100):
        apply(*services()[first:first + 100])
    applied = time.monotonic() - started
    eventually("the last is served", lambda: ask(address(), f"/many/{COUNT - 1}/hello").status == 200, 120 * PATIENCE)
    served = time.monotonic() - started
    eventually("all are Ready", lambda: len(waiting()) == 0, 180 * PATIENCE)
    return (f"applied in {applied:.1f} s, the last served {served - applied:.1f} s after, all Ready "
            f"{time.monotonic() - started - applied:.1f} s after; {told(before)} before")


def waiting():
    text = kubectl("get", "aiservices", "-n", NAMESPACE, "-o",
                   'jsonpath={range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}')
    return [line for line in text.split() if not line.endswith("=True")]


class Api:
    """The API server without TLS, for as long as a `with` lasts: kubectl alone takes longer than what is measured."""

    def __enter__(self):
        self.process = subprocess.Popen(["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE, text=True)
        self.server = "http://" + self.process.stdout.readline().split()[-1]
        return self

    def patch(self, path, change):
        request = urllib.request.Request(self.server + path, json.dumps(change).encode(), method="PATCH",
                                         headers={"Content-Type": "application/merge-patch+json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()


async def served(connection, path, since):
    """Seconds until this path is there."""
    while time.monotonic() < since + 30:
        try:
            if (await connection.ask("GET", path)).status == 200:
                return time.monotonic() - since
        except Unanswered:
            continue
        await asyncio.sleep(0.005)
    raise AssertionError(f"not served within 30 s: {path}")


async def moves(api, targets):
    """Of each change, the seconds from its PATCH until the last of the targets serves it."""
    connections, times = [Connection(target) for target in targets], []
    for i in range(CHANGES):
        path, since = f"/moved-{i}", time.monotonic()
        await asyncio.to_thread(api.patch, f"{SERVICES}/many-7", {"spec": {"path": path}})
        times.append(max(await asyncio.gather(*(served(one, f"{path}/hello", since) for one in connections))))
        await asyncio.sleep(0.2)  # one change, and not the next beside it
    for connection in connections:
        connection.close()
    return times


def propagation():
    targets = [(pod["status"]["podIP"], 8443) for pod in proxies()] if OWN_CLUSTER else [address()]
    with Api() as api:
        times = asyncio.run(moves(api, targets))
    assert max(times) < 10, sorted(times)
    return (f"p50 {statistics.median(times):.2f} s, p99 {statistics.quantiles(times, n=100)[98]:.2f} s of {CHANGES} changes, "
            f"until the last of {len(targets)} serves it; "
            f"{told(memory())} then")


def audit():
    with open(os.path.join(os.environ["E2E_STATE"], "log/audit.log"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def written(seconds):
    """What the operator writes in this time, from now."""
    before = len(audit())
    time.sleep(seconds)
    return [f"{one['verb']} {one['requestURI']}" for one in audit()[before:] if one["verb"] not in ("get", "list", "watch")]


def others(writes):
    return [write for write in writes if "/leases/" not in write]


def idle():
    # Events of what was changed follow at a pace.
    started = time.monotonic()
    eventually("it rests", lambda: not others(written(10)), 120 * PATIENCE)
    rested, length = time.monotonic() - started - 10, 30
    writes = written(length)
    assert not others(writes), others(writes)[:10]
    return f"{len(writes)} renewals in {length} s, after events of {rested:.0f} s"


def removed():
    # As one request: kubectl would send one for each, five a second.
    kubectl("delete", "--raw", f"{SERVICES}?labelSelector=e2e%3Dmany")
    started = time.monotonic()
    for i in (0, COUNT // 2, COUNT - 1):
        eventually("it is gone", lambda: ask(address(), f"/many/{i}/hello").status == 404, 60 * PATIENCE)
    eventually("the gateway tells", lambda: get("aigateway", "default")["status"]["attachedServices"] < COUNT)
    assert len(proxies()) == 2
    return f"gone {time.monotonic() - started:.1f} s after"


apply_to_served.__doc__ = f"{COUNT:,} AIServices: from apply to served and Ready"
propagation.__doc__ = f"{COUNT:,} AIServices: a change of one among them reaches every proxy soon"
idle.__doc__ = f"{COUNT:,} AIServices: an idle operator writes nothing but its lease"
removed.__doc__ = f"{COUNT:,} AIServices: deleted, they are served no more"
idle.own_cluster = True
TESTS = [apply_to_served, propagation, idle, removed]
