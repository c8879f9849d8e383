"""Fields whose effect needs Secrets, namespaces or a Redis of a cluster; docs/fields.md tells where the others are checked."""
import base64
import ssl

from client import Unanswered, Cut, ask
from gateway import address, code, deployment, route, serve, service
from kube import NAMESPACE, apply, await_condition, eventually, get, kubectl, namespace, patch, run
from owned import NAME, prepare

HOST = {"Host": "fields.example.com"}


def here():
    return address(NAME)


def attached(name, path, where=NAMESPACE, **spec):
    return route(name, path, where, parentRefs=[{"name": NAME, "namespace": NAMESPACE}], **spec)


def secret(name, labels=None, kind="Opaque", **data):
    encoded = {entry.replace("_", "."): base64.b64encode(value.encode()).decode() for entry, value in data.items()}
    return {"apiVersion": "v1", "kind": "Secret", "type": kind, "metadata": {"name": name, "labels": labels or {}},
            "data": encoded}


def status(path, fields=None, **more):
    return ask(here(), path, fields={**HOST, **(fields or {})}, **more).status


def hostnames():
    """hostnames of a gateway, and of a service, let only these in"""
    prepare()
    patch("aigateway", NAME, {"spec": {"hostnames": ["*.example.com"]}})
    serve(attached("fields-host", "/fields-host", hostnames=["fields.example.com"]))
    eventually("it is served there", lambda: status("/fields-host/hello") == 200)
    assert status("/fields-host/hello", {"Host": "others.example.com"}) == 404
    patch("aigateway", NAME, {"spec": {"hostnames": ["others.example.com"]}})
    eventually("not there any more", lambda: status("/fields-host/hello") == 404)
    await_condition("aiservice", "fields-host", "Accepted", "False")
    patch("aigateway", NAME, {"spec": {"hostnames": ["*.example.com"]}})
    await_condition("aiservice", "fields-host")


def api_keys():
    """apiKeys: keys of the Secrets that the selector names, by label and by expression, in the named header"""
    prepare()
    apply(secret("fields-key-a", {"e2e/keys": "yes", "e2e/stage": "test"}, alice="a-key-of-alice-0001"),
          secret("fields-key-b", {"e2e/keys": "yes", "e2e/stage": "old"}, bob="a-key-of-bob-000001"),
          secret("fields-key-c", {"e2e/stage": "test"}, carol="a-key-of-carol-0001"))
    keys = {"headers": ["X-Fields-Key"], "secretSelector": {
        "matchLabels": {"e2e/keys": "yes"}, "matchExpressions": [{"key": "e2e/stage", "operator": "In", "values": ["test"]}]}}
    serve(attached("fields-keys", "/fields-keys", auth={"mode": "APIKeys", "apiKeys": keys}))
    asks = lambda key, field="X-Fields-Key": status("/fields-keys/hello", {field: key})
    assert (asks("a-key-of-alice-0001"), asks("a-key-of-bob-000001"), asks("a-key-of-carol-0001")) == (200, 401, 401)
    assert asks("a-key-of-alice-0001", "X-API-Key") == 401
    kubectl("label", "secret", "fields-key-b", "-n", NAMESPACE, "--overwrite", "e2e/stage=test")
    eventually("bob may come", lambda: asks("a-key-of-bob-000001") == 200)
    kubectl("delete", "secret", "fields-key-a", "fields-key-b", "fields-key-c", "-n", NAMESPACE)
    eventually("alice may not", lambda: asks("a-key-of-alice-0001") in (401, 503))


def namespaces():
    """allowedNamespaces: Same, All and Selector decide who may attach"""
    prepare()
    apply(namespace("ai"))
    apply(code("ai"), deployment("backend", "ai", ["Backend"], 8080), service("backend", "ai", 8080),
          attached("fields-guest", "/fields-guest", "ai"), namespace="ai")
    refused = lambda: await_condition("aiservice", "fields-guest", "Accepted", "False", "ai")["reason"]
    assert refused() == "NamespaceNotAllowed"
    allow = lambda value: patch("aigateway", NAME, {"spec": {"allowedNamespaces": value}})
    allow({"from": "All"})
    await_condition("aiservice", "fields-guest", namespace="ai")
    assert status("/fields-guest/hello") == 200
    allow({"from": "Selector", "selector": {
        "matchLabels": {"e2e/guests": "yes"}, "matchExpressions": [{"key": "e2e/never", "operator": "DoesNotExist"}]}})
    assert eventually("refused", refused) == "NamespaceNotAllowed"
    kubectl("label", "namespace", "ai", "e2e/guests=yes")
    await_condition("aiservice", "fields-guest", namespace="ai")
    kubectl("label", "namespace", "ai", "e2e/never=now")
    eventually("refused again", lambda: refused() and status("/fields-guest/hello") == 404)
    allow(None)
    kubectl("delete", "aiservice", "fields-guest", "-n", "ai")


def authority(name):
    """A certificate of a client, and the authority that it is its own."""
    key, crt = f"/tmp/e2e-{name}.key", f"/tmp/e2e-{name}.crt"
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", crt, "-days", "30", "-subj", f"/CN={name}")
    with open(crt, encoding="utf-8") as file:
        return key, crt, file.read()


def speaks(most=None, certificate=None):
    """Whether a client of such TLS gets an answer."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if most:
        context.maximum_version = most
    if certificate:
        context.load_cert_chain(certificate[1], certificate[0])
    try:
        return status("/fields-tls/hello", tls=context) == 200
    except (ssl.SSLError, Cut, Unanswered, ConnectionError):
        return False


def tls():
    """tls.minVersion refuses older clients, tls.clientCARef those without a certificate of the authority"""
    prepare()
    old = ssl.TLSVersion.TLSv1_2
    serve(attached("fields-tls", "/fields-tls"))
    assert speaks(old) and speaks()
    patch("aigateway", NAME, {"spec": {"tls": {"minVersion": "TLSv1.3"}}})
    eventually("TLS 1.2 is over", lambda: not speaks(old))
    assert speaks()
    known, stranger = authority("known"), authority("stranger")
    apply(secret("fields-ca", ca_crt=known[2]))
    patch("aigateway", NAME, {"spec": {"tls": {"minVersion": None, "clientCARef": {"name": "fields-ca"}}}})
    eventually("a certificate is asked for", lambda: not speaks() and speaks(certificate=known))
    assert not speaks(certificate=stranger)
    patch("aigateway", NAME, {"spec": {"tls": None}})
    eventually("none is asked for", lambda: speaks(old) and speaks())


def redis():
    """limiter.redis: database and keyPrefix say where limits are counted, credentialsRef gets in"""
    prepare()
    ours = get("aigateway", "default")["spec"]["limiter"]["redis"]
    patch("aigateway", NAME, {"spec": {"limiter": {"redis": {
        "addresses": ours["addresses"], "credentialsRef": ours["credentialsRef"], "timeout": "1s",
        "database": 3, "keyPrefix": "e2e-fields:"}}}})
    await_condition("aigateway", NAME, "LimiterDegraded", "False")
    serve(attached("fields-limit", "/fields-limit", rateLimit={"rate": "2r/h", "burst": 1}))
    assert [status("/fields-limit/hello") for _ in range(3)] == [200, 200, 429]
    assert [key for key in keys(3) if key.startswith("e2e-fields:") and "fields-limit" in key], keys(3)
    assert not [key for key in keys(0) if "fields-limit" in key], keys(0)
    patch("aigateway", NAME, {"spec": {"limiter": {"redis": {"credentialsRef": None}}}})
    await_condition("aigateway", NAME, "LimiterDegraded", "True")
    patch("aigateway", NAME, {"spec": {"limiter": None}})


def keys(database):
    pod = get("pods", selector="app.kubernetes.io/component=limiter-redis")[0]["metadata"]["name"]
    password = base64.b64decode(get("secret", "penstock-limiter-redis")["data"]["password"]).decode()
    commands = f"AUTH {password}\nSELECT {database}\nKEYS *\n"
    return kubectl("exec", "-i", "-n", NAMESPACE, pod, "--", "redis-cli", text=commands).splitlines()


def removed():
    """a gateway that goes takes all of it along"""
    kubectl("delete", "aiservice", "fields-host", "fields-keys", "fields-tls", "fields-limit", "shaped", "-n", NAMESPACE,
            "--ignore-not-found")
    kubectl("delete", "aigateway", NAME, "-n", NAMESPACE, "--ignore-not-found")
    kubectl("delete", "secret", "fields-ca", "-n", NAMESPACE, "--ignore-not-found")
    kubectl("delete", "priorityclass", "e2e", "--ignore-not-found")
    eventually("all is gone", lambda: f"penstock-{NAME}" not in kubectl(
        "get", "deployments,services,secrets,pods,networkpolicies", "-n", NAMESPACE, "-o", "name"), 120)


TESTS = [hostnames, api_keys, namespaces, tls, redis]
LAST = [removed]
