"""`helm upgrade` and a change of leaders, under constant traffic."""
import json
import os
import shutil

from change import gone, under_traffic
from client import ask
from gateway import address, route, serve
from installed import CHART, helm
from kube import IMAGE, NAMESPACE, PROXY, OWN_CLUSTER, await_condition, eventually, get, kubectl, proxies, ready, run

NEXT = os.environ.get("E2E_IMAGE_NEXT", "")
SERVED = "/preflight"


def images(selector):
    """Of the pods that stay."""
    return {pod["spec"]["containers"][0]["image"] for pod in get("pods", selector=selector)
            if "deletionTimestamp" not in pod["metadata"]}


def upgrade_to(image):
    repository, tag = image.rsplit(":", 1)
    helm("--set-string", f"image.repository={repository},image.tag={tag}")
    assert images("app.kubernetes.io/component=operator") == {image}
    eventually("all proxies run it", lambda: images(PROXY) == {image} and len(proxies()) == 2, 180)
    await_condition("aigateway", "default", "Programmed")
    gone()


def image_upgraded():
    """helm upgrade to a new image, and helm rollback: operator and proxies roll"""
    new = NEXT
    if not new:
        new = IMAGE.rsplit(":", 1)[0] + ":e2e-next"
        socket = os.path.join(os.environ["E2E_STATE"], "containerd.sock")
        run("ctr", "-a", socket, "-n", "k8s.io", "images", "tag", "--force", IMAGE, new)
    upgrade_to(new)
    run("helm", "rollback", "penstock", "--namespace", NAMESPACE, "--wait", "--timeout", "5m", seconds=400)
    eventually("all proxies run the old one", lambda: images(PROXY) == {IMAGE} and len(proxies()) == 2, 180)
    gone()


def older_chart():
    """A copy of the chart as it may have been: its AIService knows no `cors`, and no Job upgrades CRDs."""
    folder = os.path.join(os.environ["E2E_OUT"], "older-chart")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(CHART, folder)
    file = os.path.join(folder, "Chart.yaml")
    with open(file, encoding="utf-8") as chart:
        text = chart.read()
    with open(file, "w", encoding="utf-8") as chart:
        chart.write("".join("version: 0.0.9\n" if line.startswith("version:") else line for line in text.splitlines(True)))
    return folder


def knows_cors():
    """Whether the API server has the field."""
    versions = get("crd", "aiservices.penstock.dev")["spec"]["versions"]
    return "cors" in versions[0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]


def older_crd():
    crd = get("crd", "aiservices.penstock.dev")
    for version in crd["spec"]["versions"]:
        del version["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["cors"]
    del crd["status"]
    kubectl("replace", "-f", "-", text=json.dumps(crd))


def chart_upgraded():
    """helm upgrade from an older chart with older CRDs: its hook brings them up to date, resources stay"""
    repository, tag = IMAGE.rsplit(":", 1)
    run("helm", "upgrade", "penstock", older_chart(), "--namespace", NAMESPACE, "--reuse-values", "--wait", "--timeout", "5m",
        "--set-string", f"image.repository={repository},image.tag={tag}", "--set", "crds.install=false", seconds=400)
    older_crd()
    eventually("the field is not known", lambda: not knows_cors())
    before = {one["metadata"]["uid"] for kind in ("aiservices", "aigateways") for one in get(kind)}
    assert "unknown field" in refused_preflight()
    helm("--set", "crds.install=true")
    assert knows_cors()
    assert before == {one["metadata"]["uid"] for kind in ("aiservices", "aigateways") for one in get(kind)}
    serve(preflight())
    answer = ask(address(), f"{SERVED}/hello", "OPTIONS", {
        "Origin": "https://app.example.com", "Access-Control-Request-Method": "GET"})
    assert answer.fields.get("access-control-allow-origin") == "https://app.example.com", answer.fields
    kubectl("delete", "aiservice", "preflight", "-n", NAMESPACE)


def preflight():
    return route("preflight", SERVED, cors={"allowOrigins": ["https://app.example.com"], "allowMethods": ["GET"]})


def refused_preflight():
    """What the API server says to a strict client."""
    try:
        kubectl("create", "--validate=strict", "--dry-run=server", "-f", "-", text=json.dumps(preflight()))
    except AssertionError as e:
        return str(e)
    raise AssertionError("the older CRD took the field")


def leader():
    return get("lease", "penstock")["spec"].get("holderIdentity", "")


def operators():
    return {pod["metadata"]["name"] for pod in get("pods", selector="app.kubernetes.io/component=operator")
            if "deletionTimestamp" not in pod["metadata"]}


def another_leads(first, seconds):
    """The pod that leads now, another one than before."""
    return eventually("another leads", lambda: next(
        (name for name in operators() if name in leader() and name not in first), None), seconds)


def leader_changes():
    """two operators: the leader ends, and the next one is killed; the other goes on each time"""
    helm("--set", "operator.replicas=2")
    first = another_leads("", 60)
    kubectl("delete", "pod", first, "-n", NAMESPACE, "--wait=false")
    second = another_leads(first, 60)
    serve(route("led", "/led-by-the-second"))
    eventually("two operators", lambda: len(operators()) == 2 and all(
        ready(pod) for pod in get("pods", selector="app.kubernetes.io/component=operator")), 120)
    # Its lease is not handed over: it has to end.
    kubectl("delete", "pod", second, "-n", NAMESPACE, "--grace-period=0", "--force")
    another_leads(second, 60)
    serve(route("led", "/led-by-the-third"))
    assert ask(address(), "/led-by-the-third/hello").status == 200
    kubectl("delete", "aiservice", "led", "-n", NAMESPACE)
    helm("--set", "operator.replicas=1")
    eventually("one operator", lambda: len(operators()) == 1, 120)


TESTS = [under_traffic(change) for change in (image_upgraded, leader_changes, chart_upgraded)]
TESTS[0].left_out = not OWN_CLUSTER and not NEXT and "without E2E_IMAGE_NEXT, a second image"
