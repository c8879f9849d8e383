"""What the operator asked of the API server, and what must not be read anywhere."""
import base64

from kube import NAMESPACE, get, kubectl
from many import audit

def asked():
    """(verb, group/resource) of all that the operator's account asked for, and what was refused."""
    used, denied = set(), []
    for one in audit():
        if one["user"]["username"] != f"system:serviceaccount:{NAMESPACE}:penstock" or "objectRef" not in one:
            continue
        ref = one["objectRef"]
        resource = ref["resource"] + ("/" + ref["subresource"] if ref.get("subresource") else "")
        used.add((one["verb"], ref.get("apiGroup", ""), resource))
        if one.get("responseStatus", {}).get("code") == 403:
            denied.append(one["requestURI"])
    return used, denied


def nothing_denied():
    """the operator was denied nothing in all of this"""
    used, denied = asked()
    assert len(used) > 10, used
    assert not denied, sorted(set(denied))
    return f"{len(used)} kinds of calls; allowed and not seen: {', '.join(unused(used))}"


def unused(used):
    """What its role allows and the log does not show. Server-side apply needs `create`, and the log calls it patch."""
    found = set()
    for role in [get("clusterrole", "penstock-penstock")] + get("roles"):
        for rule in role["rules"]:
            found |= {f"{verb} {resource}" for group in rule["apiGroups"] for resource in rule["resources"]
                      for verb in rule["verbs"] if verb != "create" and (verb, group, resource) not in used}
    return sorted(found)


nothing_denied.own_cluster = True


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


def no_secret_told():
    """no secret in a log, an event, a ConfigMap, a status, or the admin port"""
    values = secrets()
    assert len(values) > 10, len(values)
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
    found = [where for where, text in texts.items() if any(value in text for value in values)]
    assert not found, found
    demo = [where for where, text in texts.items() if "log of" in where and "demo-key" in text]
    assert not demo, demo
    return f"{len(values)} values, {len(texts)} places"


TESTS = [nothing_denied, no_secret_told]
