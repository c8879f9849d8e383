"""Changes under constant traffic: nothing is lost."""
import base64
import time

from client import TLS, ask
from gateway import address, backend, route, serve
from kube import NAMESPACE, apply, await_condition, eventually, get, kubectl, patch, proxies, run, scale
from traffic import Traffic

TRAFFIC = "/traffic"


def prepare():
    backend(replicas=2)
    serve(route("traffic", TRAFFIC))
    scale(2)
    gone()


def under_traffic(change):
    """The test that does this under traffic; its words are those of the change."""
    def test():
        prepare()
        with Traffic(address()) as traffic:
            change()
        return traffic.assert_all_well()

    test.__name__, test.__doc__ = change.__name__, f"under traffic: {change.__doc__}"
    return test


def route_changes():
    """ten changes of routes, and of the route itself"""
    for i in range(10):
        serve(route("changing", f"/changing-{i}", maxBodySize=f"{i + 1}Mi"))
        assert ask(address(), f"/changing-{i}/hello").status == 200
        patch("aiservice", "traffic", {"spec": {"timeouts": {"idle": f"{60 + i}s"}}})
    kubectl("delete", "aiservice", "changing", "-n", NAMESPACE)
    eventually("it is gone", lambda: ask(address(), "/changing-9/hello").status == 404)


def certificate(name):
    key, crt = f"/tmp/e2e-{name}.key", f"/tmp/e2e-{name}.crt"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", crt, "-days", "30",
        "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:e2e.example.com")
    data = {}
    for entry, path in (("tls.key", key), ("tls.crt", crt)):
        with open(path, "rb") as file:
            data[entry] = base64.b64encode(file.read()).decode()
    apply({"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "metadata": {"name": "e2e-tls"}, "data": data})


def served_name():
    import socket
    with socket.create_connection(address(), 10) as plain, TLS.wrap_socket(plain, server_hostname="e2e.example.com") as tls:
        der = tls.getpeercert(True)
    return der


def certificate_rotates():
    """a certificate of one's own, then its rotation, then the self-signed one again"""
    own = served_name()
    certificate("first")
    patch("aigateway", "default", {"spec": {"tls": {"certificateRefs": [{"name": "e2e-tls"}]}}})
    eventually("the first is served", lambda: b"first" in served_name())
    certificate("second")
    eventually("the second is served", lambda: all(b"second" in served_name() for _ in range(8)))
    patch("aigateway", "default", {"spec": {"tls": {"certificateRefs": None}}})
    eventually("the self-signed one is served", lambda: all(served_name() == own for _ in range(8)))


def scales():
    """two proxies, five, and two again"""
    scale(5)
    scale(2)
    gone()


def gone():
    """Waits until no proxy is about to end."""
    eventually("proxies have drained", lambda: not [
        pod for pod in get("pods", selector="app.kubernetes.io/component=proxy") if "deletionTimestamp" in pod["metadata"]], 120)


def proxy_deleted():
    """a proxy's pod is deleted"""
    name = proxies()[0]["metadata"]["name"]
    kubectl("delete", "pod", name, "-n", NAMESPACE, "--wait=false")
    eventually("another is ready", lambda: len(proxies()) == 2 and name not in str(proxies()), 120)
    gone()


def proxy_evicted():
    """a proxy's pod is evicted; its budget refuses to lose the second meanwhile"""
    first, second = (pod["metadata"]["name"] for pod in proxies())
    evict(first)
    try:
        evict(second)
    except AssertionError as e:
        assert "disruption budget" in str(e), e
    else:
        raise AssertionError("the second was evicted, too")
    eventually("another is ready", lambda: len(proxies()) == 2 and first not in str(proxies()), 120)
    gone()


def evict(name):
    body = '{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"%s","namespace":"%s"}}' % (name, NAMESPACE)
    kubectl("create", "--raw", f"/api/v1/namespaces/{NAMESPACE}/pods/{name}/eviction", "-f", "-", text=body)


def operator_deleted():
    """the operator's pod is deleted, and the next one goes on"""
    kubectl("delete", "pod", "-n", NAMESPACE, "-l", "app.kubernetes.io/component=operator")
    serve(route("changing", "/after-the-operator"))
    assert ask(address(), "/after-the-operator/hello").status == 200
    kubectl("delete", "aiservice", "changing", "-n", NAMESPACE)


def backend_rolls():
    """a rolling update of the backend"""
    before = {pod["metadata"]["name"] for pod in get("pods", selector="app=backend")}
    backend(replicas=2, version=str(time.time()))
    eventually("the old ones are gone", lambda: not before & {
        pod["metadata"]["name"] for pod in get("pods", selector="app=backend")}, 120)
    await_condition("aiservice", "traffic")


TESTS = [under_traffic(change) for change in (
    route_changes, certificate_rotates, scales, proxy_deleted, proxy_evicted, operator_deleted, backend_rolls)]
