"""What goes, and what stays."""
from change import prepare
from client import ask
from gateway import address
from installed import helm
from kube import NAMESPACE, eventually, get, kubectl, proxies, run

KINDS = "deployments,services,serviceaccounts,secrets,networkpolicies,poddisruptionbudgets,endpointslices,pods"


def owned(namespace, gateway):
    names = kubectl("get", KINDS, "-n", namespace, "-o", "name").split()
    return [name for name in names if name.split("/")[1].startswith(f"penstock-{gateway}")]


def gateway_deleted():
    """deleting an AIGateway removes all that it owned"""
    assert len(owned("ai", "default")) >= 8, owned("ai", "default")
    kubectl("delete", "aigateway", "default", "-n", "ai")
    eventually("all is gone", lambda: not owned("ai", "default"), 180)
    services = get("aiservices", namespace="ai")
    assert len(services) >= 5
    eventually("services tell that it is gone", lambda: all(
        "GatewayNotFound" in str(one["status"]) for one in get("aiservices", namespace="ai")))


def uninstalled():
    """helm uninstall leaves CRDs, resources and proxies, which serve on"""
    prepare()
    before = {one["metadata"]["name"] for one in get("aiservices")}
    run("helm", "uninstall", "penstock", "--namespace", NAMESPACE, "--wait", "--timeout", "3m", seconds=240)
    eventually("the operator is gone", lambda: not get("pods", selector="app.kubernetes.io/component=operator"))
    kubectl("get", "crd", "aigateways.penstock.dev", "aiservices.penstock.dev")
    assert {one["metadata"]["name"] for one in get("aiservices")} == before and before
    assert len(proxies()) == 2
    assert ask(address(), "/traffic/hello").status == 200


def installed_again():
    """a new installation takes the gateway over, and nothing else is left in the end"""
    helm("--take-ownership")
    kubectl("wait", "--for=condition=Ready", "aigateway/default", "-n", NAMESPACE, "--timeout=120s")
    assert ask(address(), "/traffic/hello").status == 200
    kubectl("delete", "aigateways,aiservices", "--all", "-n", NAMESPACE)
    run("helm", "uninstall", "penstock", "--namespace", NAMESPACE, "--wait", "--timeout", "3m", seconds=240)
    eventually("all is gone", lambda: not owned(NAMESPACE, "default"), 180)


TESTS = [gateway_deleted, uninstalled, installed_again]
