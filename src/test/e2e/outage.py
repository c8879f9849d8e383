"""What is away for a while: Redis, the API server, the operator."""
import os
import time
from collections import Counter
from datetime import datetime, timezone

from client import ask, ask_at_once
from change import prepare
from gateway import address, route, serve, service
from kube import NAMESPACE, apply, await_condition, eventually, get, kubectl, proxies, run
from traffic import Traffic

SERVICE = os.path.join(os.path.dirname(__file__), "../cluster/service.sh")

# From when to when an API server was starting, as in its audit log: until it has read its roles, it denies what they allow.
STARTING = []


def redis(replicas):
    kubectl("scale", "deployment/penstock-limiter-redis", "-n", NAMESPACE, f"--replicas={replicas}")
    kubectl("rollout", "status", "deployment/penstock-limiter-redis", "-n", NAMESPACE, "--timeout=60s")


def redis_away():
    """Redis away and back: traffic goes on, limits stay limits, the status tells, and then they are exact again"""
    prepare()
    serve(route("redis-away", "/redis-away", rateLimit={"rate": "2r/h", "burst": 9}),
          route("redis-back", "/redis-back", rateLimit={"rate": "2r/h", "burst": 9}))
    with Traffic(address(), streams=2) as traffic:
        redis(0)
        told = eventually("the status tells", lambda: degraded("True"))
        statuses = [answer.status for answer in ask_at_once(address(), "/redis-away/hello", 40)]
        # Two proxies, each with half of the burst; one may not have been asked at all.
        assert set(statuses) == {200, 429} and 5 <= statuses.count(200) <= 10, Counter(statuses)
        redis(1)
        eventually("limits are shared again", lambda: degraded("False"))
    statuses = [answer.status for answer in ask_at_once(address(), "/redis-back/hello", 40)]
    assert statuses.count(200) == 10 and statuses.count(429) == 30, Counter(statuses)
    return f"{told['reason']}; {traffic.assert_all_well()}"


def degraded(status):
    return await_condition("aigateway", "default", "LimiterDegraded", status, seconds=1)


def api_server_away():
    """the API server away for 60 s: traffic goes on, and what was declared meanwhile is served after"""
    prepare()
    with Traffic(address(), streams=4) as traffic:
        run(SERVICE, "stop", "kube-apiserver")
        try:
            time.sleep(60)
        finally:
            began = now()
            run(SERVICE, "start", "kube-apiserver")
        eventually("the API server is back", lambda: get("aigateway", "default"))
        started = time.monotonic()
        serve(route("after", "/after-the-outage"))
        took = time.monotonic() - started
        STARTING.append((began, now()))
        assert ask(address(), "/after-the-outage/hello").status == 200
    follow_again()
    return f"served {took:.1f} s after; {traffic.assert_all_well()}"


def now():
    return datetime.now(timezone.utc).isoformat()


def follow_again():
    """Kubernetes' own watches may come back a minute late, and Services would not follow their pods until then."""
    for name in ("kube-controller-manager", "kube-scheduler", "kube-proxy"):
        run(SERVICE, "stop", name)
        run(SERVICE, "start", name)
    apply(service("follows", NAMESPACE, 8080, "backend"))
    there = get("service", "follows")["spec"]["clusterIP"], 8080
    eventually("a new Service is followed", lambda: ask(there, "/hello", tls=None).status == 200)
    kubectl("delete", "service", "follows", "-n", NAMESPACE)


api_server_away.own_cluster = True


def operator_away():
    """no operator: a proxy that starts serves the mounted configuration; the operator catches up after"""
    prepare()
    serve(route("before", "/before"))
    try:
        kubectl("scale", "deployment/penstock", "-n", NAMESPACE, "--replicas=0")
        eventually("it is gone", lambda: not get("pods", selector="app.kubernetes.io/component=operator"))
        with Traffic(address(), streams=2) as traffic:
            for pod in proxies():  # both, one after the other: in the end none has ever met an operator
                name = pod["metadata"]["name"]
                kubectl("delete", "pod", name, "-n", NAMESPACE, "--wait=false")
                eventually("another is ready", lambda: len(proxies()) == 2 and name not in str(proxies()), 120)
            assert ask(address(), "/before/hello").status == 200
    finally:
        kubectl("scale", "deployment/penstock", "-n", NAMESPACE, "--replicas=1")
    serve(route("caught-up", "/caught-up"))
    assert ask(address(), "/caught-up/hello").status == 200
    return traffic.assert_all_well()


TESTS = [redis_away, api_server_away, operator_away]
