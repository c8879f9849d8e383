"""Where clients reach a gateway, and the suite's own backends and services."""
import base64
import os

from kube import IMAGE, NAMESPACE, OWN_CLUSTER, apply, await_condition, get, kubectl


def address(gateway="default", namespace=NAMESPACE, port=443):
    """The public Service: its balancer, else its ClusterIP where the suite is on the node's network, else a node's port."""
    service = get("service", f"penstock-{gateway}", namespace)
    for balancer in service.get("status", {}).get("loadBalancer", {}).get("ingress", []):
        return balancer.get("ip") or balancer["hostname"], port
    if OWN_CLUSTER:
        return service["spec"]["clusterIP"], port
    ports = {one["port"]: one["nodePort"] for one in service["spec"]["ports"]}
    # With externalTrafficPolicy Local, only nodes with a proxy answer.
    pod = get("pods", namespace=namespace, selector=f"app.kubernetes.io/instance=penstock-{gateway}")[0]
    return pod["status"]["hostIP"], ports[port]


RESTRICTED = {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}}
CONTAINER = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


def code(namespace):
    """The compiled backends, as a ConfigMap: so that they need no image but Penstock's own."""
    with open(os.environ["E2E_BACKEND"], "rb") as file:
        jar = base64.b64encode(file.read()).decode()
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "backend", "namespace": namespace},
            "binaryData": {"backend.jar": jar}}


def deployment(name, namespace, command, port, replicas=1, version="1"):
    labels = {"app": name}
    container = {
        "name": "backend", "image": IMAGE, "securityContext": CONTAINER,
        "command": ["/opt/java/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m",
                    "-cp", "/backend/backend.jar", *command],
        "env": [{"name": "VERSION", "value": version}],
        "readinessProbe": {"tcpSocket": {"port": port}, "periodSeconds": 1},
        # The proxies are told that it goes before it goes.
        "lifecycle": {"preStop": {"sleep": {"seconds": 3}}},
        "volumeMounts": [{"name": "backend", "mountPath": "/backend"}],
        "resources": {"requests": {"cpu": "20m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
    }
    pod = {"automountServiceAccountToken": False, "securityContext": RESTRICTED, "containers": [container],
           "volumes": [{"name": "backend", "configMap": {"name": "backend"}}]}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name, "namespace": namespace},
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels},
                     "strategy": {"rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1}},
                     "template": {"metadata": {"labels": labels}, "spec": pod}}}


def service(name, namespace, port, app=None):
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": namespace},
            "spec": {"selector": {"app": app or name}, "ports": [{"port": port}]}}


def route(name, path, namespace=NAMESPACE, **spec):
    return {"apiVersion": "penstock.dev/v1alpha1", "kind": "AIService", "metadata": {"name": name, "namespace": namespace},
            "spec": {"path": path, "backend": {"service": {"name": "backend", "port": 8080}}, **spec}}


def backend(replicas=1, version="1"):
    """The suite's own backend beside the default gateway, and ready."""
    apply(code(NAMESPACE), deployment("backend", NAMESPACE, ["Backend"], 8080, replicas, version),
          service("backend", NAMESPACE, 8080))
    kubectl("rollout", "status", "deployment/backend", "-n", NAMESPACE, "--timeout=120s")


def serve(*routes):
    apply(*routes, namespace=routes[0]["metadata"]["namespace"])
    for one in routes:
        await_condition("aiservice", one["metadata"]["name"], namespace=one["metadata"]["namespace"])


def metric(pod, name, namespace=NAMESPACE):
    """The sum of a metric over its labels, as one pod tells it."""
    text = kubectl("get", "--raw", f"/api/v1/namespaces/{namespace}/pods/{pod}:9901/proxy/metrics")
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
               if line.startswith((name + "{", name + " ")))


