"""A gateway with a shape of its own, and what it and its services own: made, put back, taken away."""
import base64
import json

from client import ask
from gateway import address, backend, route, serve
from kube import NAMESPACE, apply, await_condition, eventually, get, kubectl, patch

NAME = "shaped"
OWNED = f"penstock-{NAME}"
SHAPE = {
    "replicas": 2, "drainTimeout": "20s", "priorityClassName": "e2e",
    "resources": {"requests": {"cpu": "30m", "memory": "192Mi"}, "limits": {"memory": "448Mi"}},
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "tolerations": [{"key": "e2e", "operator": "Exists", "effect": "NoSchedule"}],
    "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
        "weight": 1, "preference": {"matchExpressions": [{"key": "e2e", "operator": "Exists"}]}}]}},
    "service": {"type": "NodePort", "externalTrafficPolicy": "Cluster", "annotations": {"example.com/e2e": "yes"}},
}


def exists(kind, name=OWNED):
    return name in [one["metadata"]["name"] for one in get(kind)]


def prepare():
    """The gateway, as the test before left it, or new."""
    if not exists("aigateways", NAME):
        backend()
        apply({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "e2e"}, "value": 7})
        apply({"apiVersion": "penstock.dev/v1alpha1", "kind": "AIGateway", "metadata": {"name": NAME},
               "spec": {"proxy": SHAPE, "hostnames": ["*.example.com"]}})
    patch("aigateway", NAME, {"spec": {"hostnames": ["*.example.com"]}})
    await_condition("aigateway", NAME)


def shaped():
    """a gateway's shape reaches its pods, its Service and its budget"""
    prepare()
    pods = get("pods", selector=f"app.kubernetes.io/instance={OWNED}")
    assert len(pods) == 2, pods
    for pod in (pod["spec"] for pod in pods):
        container = pod["containers"][0]
        assert container["resources"] == SHAPE["resources"], container["resources"]
        assert pod["priority"] == 7 and pod["nodeSelector"] == SHAPE["nodeSelector"], pod
        assert SHAPE["tolerations"][0] in pod["tolerations"], pod["tolerations"]
        assert pod["affinity"]["nodeAffinity"] == SHAPE["affinity"]["nodeAffinity"], pod["affinity"]
        assert pod["terminationGracePeriodSeconds"] > 20, pod["terminationGracePeriodSeconds"]
    service = get("service", OWNED)
    assert (service["spec"]["type"], service["spec"]["externalTrafficPolicy"]) == ("NodePort", "Cluster"), service
    assert get("service", "penstock-default")["spec"]["externalTrafficPolicy"] == "Local"
    assert service["metadata"]["annotations"]["example.com/e2e"] == "yes", service
    assert exists("poddisruptionbudgets")
    serve(route("shaped", "/shaped", parentRefs=[{"name": NAME}]))
    assert ask(address(NAME), "/shaped/hello").status == 200


def autoscales():
    """autoscaling makes an autoscaler and leaves it the replicas; without it and with one proxy, it and the budget go"""
    prepare()
    patch("aigateway", NAME, {"spec": {"proxy": {
        "replicas": None, "autoscaling": {"minReplicas": 2, "maxReplicas": 3, "targetCPUUtilization": 60}}}})
    scaler = eventually("an autoscaler", lambda: exists("hpa") and get("hpa", OWNED))["spec"]
    assert (scaler["minReplicas"], scaler["maxReplicas"]) == (2, 3), scaler
    assert scaler["metrics"][0]["resource"]["target"]["averageUtilization"] == 60, scaler
    kubectl("scale", f"deployment/{OWNED}", "-n", NAMESPACE, "--replicas=3")
    await_condition("aigateway", NAME, "Programmed")
    assert get("deployment", OWNED)["spec"]["replicas"] == 3
    patch("aigateway", NAME, {"spec": {"proxy": {"autoscaling": None, "replicas": 1}}})
    eventually("both are gone", lambda: not exists("hpa") and not exists("poddisruptionbudgets"))
    eventually("one replica", lambda: get("deployment", OWNED)["spec"]["replicas"] == 1)


def put_back():
    """what others change of its objects is put back"""
    prepare()
    patch("aigateway", NAME, {"spec": {"proxy": {"replicas": 1}}})
    eventually("one replica", lambda: get("deployment", OWNED)["spec"]["replicas"] == 1)
    kubectl("scale", f"deployment/{OWNED}", "-n", NAMESPACE, "--replicas=4")
    eventually("one replica again", lambda: get("deployment", OWNED)["spec"]["replicas"] == 1)
    kubectl("patch", "service", OWNED, "-n", NAMESPACE, "--type=json",
            "-p", '[{"op": "replace", "path": "/spec/ports/0/port", "value": 8080}]')
    eventually("its ports again", lambda: 8080 not in [port["port"] for port in get("service", OWNED)["spec"]["ports"]])
    kubectl("delete", "networkpolicy", OWNED, "-n", NAMESPACE)
    eventually("its NetworkPolicy again", lambda: exists("networkpolicies"))


def backends():
    """a backend by Service, by selector, by IP and by name; what was made for it goes with it"""
    prepare()
    made = "shaped-backend"
    service = lambda **backend: route("shaped", "/shaped", parentRefs=[{"name": NAME}]) | {
        "spec": {"path": "/shaped", "parentRefs": [{"name": NAME}], "backend": backend}}
    reached = lambda: ask(address(NAME), "/shaped/hello").status == 200
    serve(service(selector={"matchLabels": {"app": "backend"}, "port": 8080}))
    assert exists("services", made) and reached()
    pod = get("pods", selector="app=backend")[0]["status"]["podIP"]
    serve(service(url=f"http://{pod}:8080"))
    assert exists("services", made) and exists("endpointslices", made) and reached()
    serve(service(url=f"http://backend.{NAMESPACE}.svc.cluster.local:8080"))
    eventually("they are gone", lambda: not exists("services", made) and not exists("endpointslices", made))
    assert reached()
    serve(service(service={"name": "backend", "port": 8080}))
    assert reached()


def secret_restored():
    """without TLS there is no port for it; a certificate that somebody restored wrongly is made anew"""
    prepare()
    serve(route("shaped", "/shaped", parentRefs=[{"name": NAME}]))
    ports = lambda: [port["port"] for port in get("service", OWNED)["spec"]["ports"]]
    patch("aigateway", NAME, {"spec": {"tls": {"mode": "Disabled"}}})
    eventually("only http", lambda: ports() == [80])
    eventually("it serves http", lambda: ask(address(NAME, port=80), "/shaped/hello", tls=None).status == 200)
    name = f"{OWNED}-tls"
    restored = get("secret", name)
    kubectl("delete", "secret", name, "-n", NAMESPACE)
    # The type of a Secret never changes: it has to be deleted.
    restored.update(type="Opaque", data={"tls.crt": base64.b64encode(b"no certificate").decode()})
    del restored["metadata"]["uid"], restored["metadata"]["resourceVersion"], restored["metadata"]["creationTimestamp"]
    kubectl("create", "-f", "-", text=json.dumps(restored))
    patch("aigateway", NAME, {"spec": {"tls": None}})
    eventually("it is made anew", lambda: get("secret", name)["type"] == "kubernetes.io/tls")
    eventually("http and https", lambda: ports() == [80, 443])
    await_condition("aigateway", NAME)
    eventually("it serves https", lambda: ask(address(NAME), "/shaped/hello").status == 200)


TESTS = [shaped, autoscales, put_back, backends, secret_restored]
