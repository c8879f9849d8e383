"""The cluster, through kubectl."""
import json
import os
import subprocess
import time

NAMESPACE = "penstock"  # of the release, of its default gateway and of the suite's own services
IMAGE = os.environ["E2E_IMAGE"]
OWN_CLUSTER = "E2E_STATE" in os.environ  # one that src/test/cluster has started


def run(*command, text=None, check=True, seconds=180):
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=seconds, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def kubectl(*arguments, **options):
    return run("kubectl", *arguments, **options)


def get(kind, name=None, namespace=NAMESPACE, selector=None):
    """An object, or the items of a list."""
    words = ["get", kind, "-n", namespace, "-o", "json"]
    if name:
        return json.loads(kubectl(*words, name))
    return json.loads(kubectl(*words, *(["-l", selector] if selector else [])))["items"]


def apply(*objects, namespace=NAMESPACE):
    everything = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
    # A server that is busy with a new CRD may need a second word.
    kubectl("apply", "-n", namespace, "--server-side", "--force-conflicts", "-f", "-", text=json.dumps(everything))


def patch(kind, name, change, namespace=NAMESPACE):
    kubectl("patch", kind, name, "-n", namespace, "--type=merge", "-p", json.dumps(change))


def delete(kind, name, namespace=NAMESPACE, *words):
    kubectl("delete", kind, name, "-n", namespace, "--ignore-not-found", *words)


def eventually(what, probe, seconds=60):
    """Polls until the probe gives something true, and gives that back. A probe may raise meanwhile."""
    end, last = time.monotonic() + seconds, None
    while time.monotonic() < end:
        try:
            last = probe()
            if last:
                return last
        except (AssertionError, OSError, KeyError, IndexError) as e:
            last = e
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s: {what}; last: {last!r}")


def condition(thing, kind):
    """Its condition of this kind, if it is about the present generation; else {}."""
    for one in thing.get("status", {}).get("conditions", []):
        if one["type"] == kind and one.get("observedGeneration", 0) >= thing["metadata"]["generation"]:
            return one
    return {}


def await_condition(kind, name, which="Ready", status="True", namespace=NAMESPACE, seconds=120):
    def probe():
        found = condition(get(kind, name, namespace), which)
        if found.get("status") == status:
            return found
        raise AssertionError(str(found))

    return eventually(f"{kind} {name} {which}={status}", probe, seconds)


def namespace(name):
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def proxies(gateway="default", namespace=NAMESPACE):
    """Its proxies that are ready and not about to end."""
    pods = get("pods", namespace=namespace, selector=f"app.kubernetes.io/instance=penstock-{gateway},{PROXY}")
    return [pod for pod in pods if ready(pod)]


PROXY = "app.kubernetes.io/component=proxy"


def ready(pod):
    conditions = pod.get("status", {}).get("conditions", [])
    return "deletionTimestamp" not in pod["metadata"] and any(
        one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def scale(replicas, gateway="default", seconds=120):
    patch("aigateway", gateway, {"spec": {"proxy": {"replicas": replicas}}})
    eventually(f"{replicas} proxies", lambda: len(proxies(gateway)) == replicas, seconds)
    await_condition("aigateway", gateway, "Programmed")
