"""Limits that hold over several proxies, with the chart's Redis."""
import json
import time
from collections import Counter

from client import ask, ask_at_once
from gateway import address, backend, metric, route, serve
from kube import NAMESPACE, await_condition, kubectl, patch, proxies, scale

HASTY = "20ms"  # within which a busy Redis does not always answer


def prepare(count):
    """So many proxies that count together. A busy machine must not pass for a Redis that is away."""
    backend()
    patch("aigateway", "default", {"spec": {"limiter": {"redis": {"timeout": "1s"}}}})
    scale(count)
    await_condition("aigateway", "default", "LimiterDegraded", "False")


def burst(count):
    def test():
        prepare(count)
        name, size = f"burst-{count}-{int(time.time())}", 9  # a bucket that nobody has used yet
        serve(route(name, f"/{name}", rateLimit={"rate": "2r/h", "burst": size}))
        answered = {pod["metadata"]["name"]: metric(pod["metadata"]["name"], "penstock_requests_total")
                    for pod in proxies()}
        answers = []
        for _ in range(4):
            answers += ask_at_once(address(), f"/{name}/hello", 15)
        statuses = [answer.status for answer in answers]
        assert statuses.count(200) == size + 1 and statuses.count(429) == 50, Counter(statuses)
        took = [pod for pod, before in answered.items() if metric(pod, "penstock_requests_total") > before]
        assert len(took) > 1, "one proxy took all"
        return f"{len(took)} proxies answered 60 requests"

    test.__name__ = f"burst_{count}"
    test.__doc__ = f"{count} proxies: one client gets exactly burst + 1, whichever answers"
    return test


def one_at_a_time():
    """maxInFlight: 1 over five proxies is never 2 at the backend, and all are served"""
    prepare(5)
    serve(route("gpu", "/gpu", concurrency={"maxInFlight": 1, "queue": {"maxDepth": 50, "timeout": "60s"}}),
          route("plain", "/plain"))
    before = json.loads(ask(address(), "/plain/stats/reset").text)
    assert before["inFlight"] == 0, before
    since = told_away()
    answers = ask_at_once(address(), "/gpu/sleep/150", 30)
    # With failurePolicy Local a proxy for which Redis is away counts by itself: then there may be one a proxy.
    assert told_away() == since, "Redis was away for a proxy while it counted: a machine too busy for this test"
    assert [answer.status for answer in answers] == [200] * 30, [a for a in answers if a.status != 200][:3]
    after = json.loads(ask(address(), "/plain/stats").text)
    assert after["served"] - before["served"] == 30 and after["most"] == 1, after


def told_away():
    """How often proxies said that Redis is away; none may think so now."""
    names = [pod["metadata"]["name"] for pod in proxies()]
    degraded = [name for name in names if metric(name, "penstock_limiter_degraded") != 0]
    assert not degraded, degraded
    return {name: kubectl("logs", name, "-n", NAMESPACE).count("Rate limits: Redis") for name in names}


def never_two():
    """maxInFlight: 1 with failurePolicy Closed is never 2, however little time Redis is given: some are refused"""
    prepare(5)
    patch("aigateway", "default", {"spec": {"limiter": {"failurePolicy": "Closed", "redis": {"timeout": HASTY}}}})
    await_condition("aigateway", "default", "Programmed")
    try:
        serve(route("strict", "/strict", concurrency={"maxInFlight": 1, "queue": {"maxDepth": 50, "timeout": "60s"}}),
              route("plain", "/plain"))
        time.sleep(4)  # the first time, Redis keeps a new service waiting for three seconds
        ask(address(), "/plain/stats/reset")
        statuses = Counter(answer.status for _ in range(3) for answer in ask_at_once(address(), "/strict/sleep/50", 30))
        assert set(statuses) <= {200, 503} and statuses[200] > 0, statuses
        after = json.loads(ask(address(), "/plain/stats").text)
        assert after["most"] == 1, after
    finally:
        patch("aigateway", "default", {"spec": {"limiter": {"failurePolicy": None, "redis": {"timeout": "1s"}}}})
    await_condition("aigateway", "default", "LimiterDegraded", "False")
    return f"{statuses[200]} served, {statuses[503]} refused"


TESTS = [burst(2), burst(5), one_at_a_time, never_two]
