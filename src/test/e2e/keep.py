"""What is kept of a failed test, in target/e2e: objects, events, logs, metrics."""
import os

from kube import kubectl

FOLDER = os.environ["E2E_OUT"]
NAMESPACES = ("penstock", "ai")
KINDS = "aigateways,aiservices,deployments,replicasets,pods,services,endpointslices,networkpolicies,jobs,leases"


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def asked(*words):
    """Whatever there is: this must not fail."""
    try:
        return kubectl(*words, check=False, seconds=30)
    except Exception as e:
        return f"{e}\n"


def everything(test, trace):
    folder = os.path.join(FOLDER, test)
    os.makedirs(folder, exist_ok=True)
    write(folder, "failure.txt", trace)
    write(folder, "pods.txt", asked("get", "pods", "-A", "-o", "wide"))
    for namespace in NAMESPACES:
        write(folder, f"{namespace}-objects.yaml", asked("get", KINDS, "-n", namespace, "-o", "yaml"))
        write(folder, f"{namespace}-events.txt", asked("events", "-n", namespace))
        for pod in asked("get", "pods", "-n", namespace, "-o", "name").split():
            name = f"{namespace}-{pod.removeprefix('pod/')}"
            write(folder, f"{name}.log", asked("logs", "-n", namespace, pod, "--tail=5000"))
            before = asked("logs", "-n", namespace, pod, "--previous", "--tail=1000")
            if before:
                write(folder, f"{name}-before.log", before)
            admin = f"/api/v1/namespaces/{namespace}/pods/{pod.removeprefix('pod/')}:9901/proxy"
            for what in ("metrics", "config", "readyz"):
                answer = asked("get", "--raw", f"{admin}/{what}")
                if answer:
                    write(folder, f"{name}-{what}.txt", answer)
