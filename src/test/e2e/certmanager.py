"""cert-manager's own controllers issue what `issuerRef` asks for."""
import base64
import os
import shutil
import socket
import ssl
import subprocess

from gateway import address
from kube import NAMESPACE, OWN_CLUSTER, apply, await_condition, eventually, get, kubectl, patch
from owned import NAME, OWNED, prepare

HOST = "issued.example.com"
PROGRAM = shutil.which("certmanager")


class Controllers:
    """cert-manager's, beside the cluster, for as long as a `with` lasts. There is no webhook."""

    def __enter__(self):
        kubectl("apply", "--server-side", "-f", os.path.join(os.path.dirname(PROGRAM), "certmanager-crds"))
        # `kubectl wait` fails where there are no conditions yet.
        eventually("its kinds are served", lambda: get("certificates") == [] and get("issuers") == [])
        with open(os.path.join(os.environ["E2E_OUT"], "cert-manager.log"), "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "--kubeconfig", os.environ["KUBECONFIG"], "--cluster-resource-namespace", NAMESPACE],
                stdout=log, stderr=log)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)


def made(kind, name, spec):
    return {"apiVersion": "cert-manager.io/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def authority():
    """An authority of its own, as cert-manager's documentation makes one; its certificate."""
    apply(made("Issuer", "e2e-self", {"selfSigned": {}}),
          made("Certificate", "e2e-ca", {"isCA": True, "commonName": "e2e-ca", "secretName": "e2e-ca",
                                         "issuerRef": {"name": "e2e-self", "kind": "Issuer"}}),
          made("Issuer", "e2e-ca", {"ca": {"secretName": "e2e-ca"}}))
    eventually("an authority", lambda: any(
        one["type"] == "Ready" and one["status"] == "True" for one in get("issuer", "e2e-ca")["status"]["conditions"]), 120)
    return base64.b64decode(get("secret", "e2e-ca")["data"]["tls.crt"]).decode()


def served(trusted):
    """What a client gets that trusts only this authority, and checks the name."""
    context = ssl.create_default_context(cadata=trusted)
    with socket.create_connection(address(NAME), 10) as plain, context.wrap_socket(plain, server_hostname=HOST) as tls:
        return tls.getpeercert(True)


def issues():
    """issuerRef: cert-manager issues a certificate, it is served, and renewed; without issuerRef it goes"""
    prepare()
    with Controllers():
        trusted = authority()
        patch("aigateway", NAME, {"spec": {"hostnames": [HOST], "tls": {"issuerRef": {"name": "e2e-ca", "kind": "Issuer"}}}})
        first = eventually("it is served", lambda: served(trusted), 120)
        # Gone, it is issued anew.
        kubectl("delete", "secret", f"{OWNED}-tls", "-n", NAMESPACE)
        eventually("another is served", lambda: served(trusted) != first, 120)
        await_condition("aigateway", NAME)
        # A ClusterIssuer finds its authority in the namespace that is cert-manager's.
        apply(made("ClusterIssuer", "e2e-everywhere", {"ca": {"secretName": "e2e-ca"}}))
        patch("aigateway", NAME, {"spec": {"tls": {"issuerRef": {"name": "e2e-everywhere", "kind": "ClusterIssuer"}}}})
        eventually("it asks the other", lambda: "e2e-everywhere" in str(get("certificates")))
        await_condition("aigateway", NAME)
        patch("aigateway", NAME, {"spec": {"tls": None}})
        eventually("no Certificate", lambda: [one["metadata"]["name"] for one in get("certificates")] == ["e2e-ca"])


TESTS = [issues]
issues.left_out = "" if OWN_CLUSTER and PROGRAM else "without cert-manager's controllers beside the cluster"
