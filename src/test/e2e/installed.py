"""The chart with its default values."""
import os

from client import ask
from gateway import address
from kube import IMAGE, NAMESPACE, OWN_CLUSTER, PROXY, apply, await_condition, eventually, get, kubectl, namespace, proxies, ready, run

CHART = os.environ["E2E_CHART"]
REDIS = os.environ["E2E_REDIS"]


def helm(*words):
    repository, tag = IMAGE.rsplit(":", 1)
    redis, redis_tag = REDIS.rsplit(":", 1)
    return run("helm", "upgrade", "--install", "penstock", CHART, "--namespace", NAMESPACE, "--wait", "--timeout", "5m",
               "--set-string", f"image.repository={repository},image.tag={tag}",
               "--set-string", f"redis.image.repository={redis},redis.image.tag={redis_tag}", *words, seconds=400)


def installs():
    """helm install with default values, in a namespace that is restricted"""
    apply(namespace(NAMESPACE))
    helm()
    eventually("one operator, and ready", lambda: [
        ready(pod) for pod in get("pods", selector="app.kubernetes.io/component=operator")] == [True])


def gets_ready():
    """the default gateway gets Ready, with or without a load balancer"""
    kubectl("wait", "--for=condition=Ready", "aigateway/default", "-n", NAMESPACE, "--timeout=180s")
    said = await_condition("aigateway", "default")
    eventually("two proxies", lambda: len(proxies()) == 2)
    await_condition("aigateway", "default", "LimiterDegraded", "False")
    status = eventually("the status counts them", lambda: counted(get("aigateway", "default")["status"]))
    assert address()[0] in status["addresses"] or not OWN_CLUSTER, status
    return said["message"]


def counted(status):
    return status if status["proxies"] == {"ready": 2, "programmed": 2} else None


def restricted():
    """Pod Security is enforced as restricted, all pods pass it, and proxies have no rights"""
    root = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "root"}, "spec": {
        "containers": [{"name": "root", "image": IMAGE}]}}
    try:
        apply(root)
        raise LookupError("a pod that may be root was let in")
    except AssertionError as e:
        assert "violates PodSecurity" in str(e), e
    for pod in get("pods", selector=PROXY):
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["securityContext"]["runAsNonRoot"] is True
        assert all(one["restartCount"] == 0 for one in pod["status"]["containerStatuses"]), pod["status"]


def answers():
    """an empty gateway answers 404 over TLS, and redirects from http"""
    assert ask(address(), "/").status == 404
    redirected = ask(address(port=80), "/x", tls=None)
    assert (redirected.status, redirected.fields["location"]) == (308, "https://e2e.example.com/x"), redirected.fields


TESTS = [installs, gets_ready, restricted, answers]
