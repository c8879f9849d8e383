"""What the operator asked of the API server, and what must not be read anywhere."""
import base64
import json
import secrets as chance
import subprocess

from kube import NAMESPACE, apply, eventually, get, kubectl, run
from many import audit
from outage import STARTING

# Asked by an admission plugin, OwnerReferencesPermissionEnforcement, that is off by default and on in OpenShift.
ASKED_BY_ADMISSION = {"update aigateways/finalizers", "update aiservices/finalizers"}
# Only by a Job that finds its CRDs not served at once.
ASKED_OF_SLOW_SERVERS = {"watch customresourcedefinitions"}
CANARY = "e2e-canary"


def asked(account="penstock"):
    """(verb, group, resource) of all that an account asked for, and what was refused."""
    used, denied = set(), []
    for one in audit():
        if one["user"]["username"] != f"system:serviceaccount:{NAMESPACE}:{account}" or "objectRef" not in one:
            continue
        ref = one["objectRef"]
        resource = ref["resource"] + ("/" + ref["subresource"] if ref.get("subresource") else "")
        used.add((one["verb"], ref.get("apiGroup", ""), resource))
        if one.get("responseStatus", {}).get("code") == 403 and not starting(one["requestReceivedTimestamp"]):
            denied.append(one["requestURI"])
    return used, denied


def starting(time):
    return any(began <= time <= ended for began, ended in STARTING)


def nothing_denied():
    """in all of this the operator was denied nothing, and used all that its role allows"""
    used, denied = asked()
    assert len(used) > 10, used
    assert not denied, sorted(set(denied))
    never = set(unused(used, roles())) - ASKED_BY_ADMISSION
    assert not never, f"allowed and not used: {sorted(never)}"
    return f"{len(used)} kinds of calls"


def denial_shows():
    """an account that asks for what it may not shows in the audit log: the test before could fail"""
    apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": CANARY}})
    token = kubectl("create", "token", CANARY, "-n", NAMESPACE).strip()
    server = kubectl("config", "view", "--raw", "-o", "jsonpath={.clusters[0].cluster.server}")
    subprocess.run(["curl", "-sk", "-H", f"Authorization: Bearer {token}", f"{server}/api/v1/namespaces/{NAMESPACE}/secrets"],
                   capture_output=True, check=True, timeout=30)
    used, denied = eventually("it shows", lambda: (lambda found: found if found[1] else None)(asked(CANARY)))
    assert denied == [f"/api/v1/namespaces/{NAMESPACE}/secrets"] and used == {("list", "", "secrets")}, (used, denied)
    assert len(unused(used, roles())) > 20, unused(used, roles())
    kubectl("delete", "serviceaccount", CANARY, "-n", NAMESPACE)


def job_denied_nothing():
    """nor was the Job denied anything that brings CRDs up to date, and it used its role, too"""
    used, denied = asked("penstock-install-crds")
    assert used and not denied, (used, denied)
    allowed = roles_of_hooks()
    assert allowed
    never = set(unused(used, allowed)) - ASKED_OF_SLOW_SERVERS
    assert not never, f"allowed and not used: {sorted(never)}"


def roles_of_hooks():
    """Those of the chart: in the cluster they are gone with their Job."""
    hooks = run("helm", "get", "hooks", "penstock", "-n", NAMESPACE)
    text = kubectl("create", "--dry-run=client", "-o", "json", "-f", "-", text=hooks)
    objects = json.loads("[" + text.strip().replace("\n}\n{", "\n},\n{") + "]")
    return [one for one in objects if one["kind"] in ("ClusterRole", "Role")]


def roles():
    """The operator's."""
    return [get("clusterrole", "penstock-penstock")] + get("roles")


def unused(used, roles):
    """What these roles allow and the log does not show."""
    # Server-side apply needs `create` for what is not there yet, and the log calls it patch.
    shown = used | {("create", group, resource) for verb, group, resource in used if verb == "patch"}
    found = set()
    for role in roles:
        for rule in role["rules"]:
            found |= {f"{verb} {resource}" for group in rule["apiGroups"] for resource in rule["resources"]
                      for verb in rule["verbs"] if (verb, group, resource) not in shown}
    return sorted(found)


nothing_denied.own_cluster = denial_shows.own_cluster = job_denied_nothing.own_cluster = True


def secrets():
    """Values that nobody may read elsewhere: passwords, tokens, private keys (of which a line will do)."""
    values = set()
    for namespace in (NAMESPACE, "ai"):
        for secret in get("secrets", namespace=namespace):
            for entry, value in secret.get("data", {}).items():
                raw = base64.b64decode(value)
                if entry.endswith(".crt") or raw[:2] == b"\x1f\x8b":
                    continue  # public; compressed configuration
                for line in raw.decode("utf-8", "replace").splitlines():
                    if len(line) >= 16 and not line.startswith("-----"):
                        values.add(line)
    return values


def places():
    """All that people may read who may not read Secrets, by what it is."""
    texts = {}
    for namespace in (NAMESPACE, "ai"):
        for kind in ("events", "configmaps", "aigateways", "aiservices", "deployments", "pods"):
            texts[f"{kind} of {namespace}"] = kubectl("get", kind, "-n", namespace, "-o", "json")
        for pod in get("pods", namespace=namespace):
            name = pod["metadata"]["name"]
            texts[f"log of {name}"] = kubectl("logs", "-n", namespace, name, check=False)
            if pod["metadata"].get("labels", {}).get("app.kubernetes.io/component") == "proxy":
                raw = f"/api/v1/namespaces/{namespace}/pods/{name}:9901/proxy"
                texts[f"/config of {name}"] = kubectl("get", "--raw", f"{raw}/config")
                texts[f"/metrics of {name}"] = kubectl("get", "--raw", f"{raw}/metrics")
    return texts


def telling(values, texts):
    return [where for where, text in texts.items() if any(value in text for value in values)]


def no_secret_told():
    """no secret in a log, an event, a ConfigMap, a status, or the admin port"""
    values, texts = secrets(), places()
    assert len(values) > 10, len(values)
    found = telling(values, texts)
    assert not found, found
    demo = [where for where, text in texts.items() if "log of" in where and "demo-key" in text]
    assert not demo, demo
    return f"{len(values)} values, {len(texts)} places"


def told_secret_is_found():
    """a secret that does lie in a ConfigMap is found there: the test before could fail"""
    value = chance.token_hex(16)
    metadata = {"name": CANARY}
    apply({"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"password": value}},
          {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"note": f"it is {value}"}})
    try:
        found = telling(secrets(), places())
        assert found == [f"configmaps of {NAMESPACE}"], found
    finally:
        kubectl("delete", "secret,configmap", CANARY, "-n", NAMESPACE)


TESTS = [nothing_denied, denial_shows, job_denied_nothing, no_secret_told, told_secret_is_found]
