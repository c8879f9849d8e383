"""Limits that hold over several proxies, with the chart's Redis."""
import json
import time
from collections import Counter

from client import ask, ask_at_once
from gateway import address, backend, metric, route, serve
from kube import await_condition, patch, proxies, scale


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
    answers = ask_at_once(address(), "/gpu/sleep/150", 30)
    assert [answer.status for answer in answers] == [200] * 30, [a for a in answers if a.status != 200][:3]
    after = json.loads(ask(address(), "/plain/stats").text)
    assert after["served"] - before["served"] == 30 and after["most"] == 1, after


TESTS = [burst(2), burst(5), one_at_a_time]
