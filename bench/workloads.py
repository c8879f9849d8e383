"""The workloads, and the clients that make them: wrk, h2load and the tool in load/.

A client is a function (url, seconds, argument, meter) -> measured values; it starts and stops the meter around the
load. Values: requests, rps (requests or tokens a second), errors, and p50_ms / p99_ms where the client knows them.
"""

import http.client
import json
import re
import socket
import ssl
import subprocess
from dataclasses import dataclass
from functools import partial
from typing import Callable
from urllib.parse import urlsplit

import ctl
import peers

API_KEY = {"X-API-Key": "good"}
BULK_BYTES = 10485760


@dataclass(frozen=True)
class Workload:
    """What is asked of a target, and how much of it a JVM must have done before it counts as warm."""

    title: str
    client: Callable
    tls: bool
    route: str
    rest: str
    warm: int  # requests, or tokens of a stream
    unit: str = "request"
    default: str = ""  # the argument behind the colon
    limits: bool = False  # of those that differ only in the limit

    def targets(self, names):
        """Those of the targets that this workload makes sense for."""
        return [n for n in names if self._fits(peers.TARGETS[n])]

    def _fits(self, target):
        if self.route == "/full":
            return bool(target.auth_route)
        if target.name == "penstock-cache":
            return False
        if (target.name in peers.LIMITS) != self.limits:
            return False
        return target.name != "direct" or (not self.tls and self.client in (rate, streams))

    def url(self, target):
        return target.url(self.tls, target.auth_route if self.route == "/full" else self.route, self.rest)


# ---- clients


def _run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=ctl.environment())
    return done.stdout


def _first(pattern, text, convert, default=None):
    match = re.search(pattern, text)
    if match is None and default is None:
        raise ctl.Trouble(f"the load failed; the tool said:\n{text[-1500:]}")
    return convert(match[1]) if match else default


def _milliseconds(text):
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 1e-3, "ms": 1, "s": 1e3, "m": 6e4}[unit]


def wrk(url, seconds, argument, meter, connections=64, headers=(), script=None):
    """As many requests as the target bears, on kept-alive connections."""
    more = [word for h in headers for word in ("-H", h)] + (["-s", str(peers.HERE / script)] if script else [])
    count = argument or str(connections)
    with meter:
        out = _run("wrk", "-t1", "-c", count, "-d", f"{seconds}s", "--timeout", "10s", "--latency", *more, url)
    socket_errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", out)
    return {
        "requests": _first(r"(\d+) requests in", out, int),
        "rps": _first(r"Requests/sec:\s+([\d.]+)", out, float),
        "p50_ms": _first(r"\s50%\s+(\S+)", out, _milliseconds),
        "p99_ms": _first(r"\s99%\s+(\S+)", out, _milliseconds),
        "errors": _first(r"Non-2xx or 3xx responses: (\d+)", out, int, 0)
        + (sum(map(int, socket_errors.groups())) if socket_errors else 0),
    }


def h2load(url, seconds, argument, meter):
    """HTTP/2: 8 connections with 8 streams each. It does not fall back to HTTP/1.1."""
    with meter:
        out = _run("h2load", "-t1", "-c8", "-m8", "-D", str(seconds), "--npn-list=h2", url)
    return {
        "requests": _first(r"status codes: (\d+) 2xx", out, int),
        "rps": _first(r"finished in .*?, ([\d.]+) req/s", out, float),
        "errors": _first(r"(\d+) failed", out, int) + _first(r" (\d+) errored", out, int),
    }


def rate(url, seconds, argument, meter):
    """A constant rate whatever the target does; latency counts from when a request should have been sent."""
    with meter:
        out = _run(f"{peers.STATE}/bin/load", "rate", "-url", url, "-rate", argument, "-d", f"{seconds}s")
    return _last_line(out)


def streams(url, seconds, argument, meter):
    """Many token streams; latency is the age of a token when it arrives. CPU and memory are read while all are open."""
    command = [f"{peers.STATE}/bin/load", "sse", "-url", url, "-n", argument, "-d", f"{seconds}s"]
    lines = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as load:
        for line in load.stdout:
            if line == "OPEN\n":
                meter.start()
            elif line == "DONE\n":
                meter.stop()
            lines.append(line)
    values = _last_line("".join(lines))
    values["errors"] += int(argument) - values.pop("opened")
    return values


def _last_line(out):
    try:
        return json.loads(out.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise ctl.Trouble(f"the load failed; the tool said:\n{out[-1500:]}") from None


# ---- the workloads

_SMALL = {"route": "/svc", "rest": "/v1/chat?x=1", "warm": 300_000}
_DOWN = {"client": partial(wrk, connections=4), "route": "/big", "rest": "/10m.bin", "warm": 300}
_UP = {"client": partial(wrk, connections=4, script="upload.lua"), "route": "/up", "rest": "/x", "warm": 300}
_KEY = tuple(f"{name}: {value}" for name, value in API_KEY.items())

WORKLOADS = {
    "W1": Workload("small JSON, plain", wrk, tls=False, **_SMALL),
    "W2": Workload("small JSON, TLS", wrk, tls=True, **_SMALL),
    "W2b": Workload("a new TLS connection for each request", partial(wrk, connections=16, headers=("Connection: close",)),
                    tls=True, **{**_SMALL, "warm": 5_000}),
    "W3": Workload("small JSON, HTTP/2 over TLS", h2load, tls=True, **_SMALL),
    "W4d": Workload("10 MB down, plain", tls=False, **_DOWN),
    "W4u": Workload("10 MB up, plain", tls=False, **_UP),
    "W4dt": Workload("10 MB down, TLS", tls=True, **_DOWN),
    "W4ut": Workload("10 MB up, TLS", tls=True, **_UP),
    "W5": Workload("the whole path: TLS, limit, auth sub-request, prefix", partial(wrk, headers=_KEY),
                   tls=True, **{**_SMALL, "route": "/full"}),
    "R1": Workload("{} requests/s, plain", rate, tls=False, default="2000", **_SMALL),
    "R2": Workload("{} requests/s, TLS", rate, tls=True, default="2000", **_SMALL),
    "sse": Workload("{} token streams, 20 tokens/s each", streams, tls=False, route="/sse", rest="/stream",
                    warm=100_000, unit="token", default="500"),
    "held": Workload("{} streams held open, 1 token/s each", streams, tls=False, route="/sse", rest="/stream?every=20",
                     warm=10_000, unit="token", default="2000"),
    "L1": Workload("one client, a limit that is never reached, {} connections", wrk, tls=False, default="64", limits=True, **_SMALL),
    "L2": Workload("one client, a limit that is never reached, {} requests/s", rate, tls=False, default="5000", limits=True,
                   **_SMALL),
}  # fmt: skip


def parse(spec):
    """(workload, argument) of a name such as W1, R1:4000 or sse:500."""
    name, _, argument = spec.partition(":")
    if name not in WORKLOADS or (argument and not argument.isdigit()):
        raise ctl.Trouble(f"no such workload: {spec} (there are: {', '.join(WORKLOADS)})")
    return WORKLOADS[name], argument or WORKLOADS[name].default


def title(spec):
    workload, argument = parse(spec)
    return workload.title.format(argument)


# ---- does the target do at all what the workload asks?


def refusal(workload, target):
    """Why the target cannot take part, or None: a wrong answer must not win a race."""
    url = urlsplit(workload.url(target))
    trust = ssl._create_unverified_context() if workload.tls else None
    try:
        if workload.client is h2load:
            return _no_http2(url)
        connect = http.client.HTTPSConnection if workload.tls else http.client.HTTPConnection
        connection = connect(url.hostname, url.port, timeout=10, **({"context": trust} if trust else {}))
        upload = workload.route == "/up"
        try:
            path = f"{url.path}?{url.query}" if url.query else url.path
            connection.request("POST" if upload else "GET", path, b"x" * 1000 if upload else None, API_KEY)
            response = connection.getresponse()
            if response.status != 200:
                return f"answers {response.status}"
            return _wrong_body(workload, response)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as e:
        return f"{type(e).__name__}: {e}"


def _wrong_body(workload, response):
    if workload.route == "/big":
        right = response.getheader("Content-Length") == str(BULK_BYTES)
    elif workload.route == "/sse":
        right = b'{"t":' in response.read(40)
    else:
        right = response.read() == b"1000" if workload.route == "/up" else b"gpt-mini" in response.read()
    return None if right else "the answer is not the backend's"


def _no_http2(url):
    context = ssl._create_unverified_context()
    context.set_alpn_protocols(["h2"])
    with socket.create_connection((url.hostname, url.port), 10) as plain:
        try:
            with context.wrap_socket(plain, server_hostname="localhost") as secured:
                return None if secured.selected_alpn_protocol() == "h2" else "no HTTP/2"
        except ssl.SSLError:
            return "no HTTP/2"
