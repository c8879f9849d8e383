"""The targets of the benchmark, their helpers, and the command line of each process."""

import os
import pathlib
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
STATE = pathlib.Path(os.environ.get("BENCH_STATE") or CACHE / "penstock-bench")
PENSTOCK = pathlib.Path(os.environ.get("PENSTOCK_BIN") or HERE.parent / "bin" / "penstock")


@dataclass(frozen=True)
class Target:
    """A proxy under test. It may be two processes, one that serves plain http and one that serves TLS."""

    name: str
    plain_port: int
    tls_port: int
    plain_process: str
    tls_process: str
    auth_route: str = ""  # where it authenticates, if it can
    jvm: bool = False  # slow until compiled: to be warmed first
    needs: tuple = ()  # processes that must run before

    def process(self, tls):
        return self.tls_process if tls else self.plain_process

    def url(self, tls, route, rest):
        scheme, port = ("https", self.tls_port) if tls else ("http", self.plain_port)
        return f"{scheme}://127.0.0.1:{port}{route}{rest}"


class Direct(Target):
    """The backends without any proxy: what is left when the proxy is subtracted."""

    PORTS = {"/svc": 9000, "/big": 9001, "/sse": 9002, "/up": 9003}

    def url(self, tls, route, rest):
        return f"http://127.0.0.1:{self.PORTS[route]}{rest}"


def _one_process(name, plain_port, tls_port, **more):
    return Target(name, plain_port, tls_port, name, name, **more)


def _penstock(name, auth_route):
    return Target(name, 8111, 8411, "penstock", "penstock-tls", auth_route, jvm=True)


def _limit(name, port, process="", **more):
    return Target(name, port, 0, process or name, "", **more)


# What a limit costs: no limit, one of the process, and one that replicas share through Redis, each a process of its own.
LIMITS = {
    t.name: t
    for t in (
        _limit("limit-none", 8121, jvm=True),
        _limit("limit-local", 8122, jvm=True),
        _limit("limit-redis", 8123, jvm=True, needs=("redis",)),
        _limit("envoy-ratelimit", 8124, needs=("redis", "ratelimit")),
    )
}

TARGETS = LIMITS | {
    t.name: t
    for t in (
        _one_process("nginx", 8102, 8402, auth_route="/full"),
        _one_process("nginx-seed", 8101, 8401, auth_route="/full"),
        _one_process("haproxy", 8103, 8403),
        _one_process("envoy", 8104, 8404),
        _one_process("caddy", 8105, 8405),
        _penstock("penstock", "/full"),
        _penstock("penstock-cache", "/fullcache"),  # the same processes, auth answers kept for 30 s
        Target("penstock-epoll", 8113, 8413, "epoll", "epoll-tls", "/full", jvm=True),
        Direct("direct", 0, 0, "", ""),
    )
}


# Process -> the port that listens when it is ready.
PROCESSES = {
    "backend-nginx": 9000,
    "backend": 9003,
    "nginx": 8102,
    "nginx-seed": 8101,
    "haproxy": 8103,
    "envoy": 8104,
    "caddy": 8105,
    "penstock": 8111,
    "penstock-tls": 8411,
    "epoll": 8113,
    "epoll-tls": 8413,
    "redis": 8129,
    "ratelimit": 8125,
    "limit-none": 8121,
    "limit-local": 8122,
    "limit-redis": 8123,
    "envoy-ratelimit": 8124,
}
HELPERS = ("backend-nginx", "backend")


def render(name):
    """The path of a peer's configuration with @STATE@ replaced by the state folder."""
    out = STATE / "conf" / name
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text((HERE / "peers" / name).read_text().replace("@STATE@", str(STATE)))
    return str(out)


def _nginx(conf):
    # Workers of a root nginx would be "nobody" and could not read the state folder.
    user = " user root;" if os.geteuid() == 0 else ""
    return ["nginx", "-e", f"{STATE}/logs/nginx-start.err", "-c", render(conf), "-g", f"daemon off;{user}"]


def _penstock_run(gateway, http_port, https_port, admin_port, *certificate):
    manifests = HERE / "peers" / "penstock"
    return [
        str(PENSTOCK), "run", "-f", str(manifests / gateway), "-f", str(manifests / "services.yaml"),
        "--http-port", str(http_port), "--https-port", str(https_port), "--admin-port", str(admin_port),
        "--no-access-log", *certificate,
    ]  # fmt: skip


def _with_tls(http_port, https_port, admin_port):
    certificate = ("--tls-cert", f"{STATE}/certs/cert.pem", "--tls-key", f"{STATE}/certs/key.pem")
    return _penstock_run("gateway-tls.yaml", http_port, https_port, admin_port, *certificate)


EPOLL = ["env", "PENSTOCK_TRANSPORT=epoll"]


def _limit_run(port, *files):
    manifests = [word for name in files for word in ("-f", str(HERE / "peers" / "limits" / name))]
    return [str(PENSTOCK), "run", *manifests, "--http-port", str(port), "--admin-port", "-1", "--no-access-log"]


# envoyproxy/ratelimit, with the pipelining that its documentation advises for much load.
RATELIMIT_ENVIRONMENT = {
    "USE_STATSD": "false", "LOG_LEVEL": "error", "REDIS_SOCKET_TYPE": "tcp", "REDIS_URL": "127.0.0.1:8129",
    "REDIS_PIPELINE_WINDOW": "150us", "REDIS_PIPELINE_LIMIT": "8", "RUNTIME_ROOT": str(HERE / "peers" / "limits"),
    "RUNTIME_SUBDIRECTORY": "ratelimit", "RUNTIME_WATCH_ROOT": "false", "HOST": "127.0.0.1", "PORT": "8126",
    "GRPC_HOST": "127.0.0.1", "GRPC_PORT": "8125", "DEBUG_HOST": "127.0.0.1", "DEBUG_PORT": "8127",
}  # fmt: skip


def _envoy_binary():
    found = sorted(STATE.glob("venv/lib/python*/site-packages/envoy/_bin/envoy"))
    return os.environ.get("ENVOY") or (str(found[0]) if found else "envoy")


def _caddy_binary():
    own = STATE / "venv" / "bin" / "caddy"
    return os.environ.get("CADDY") or (str(own) if own.exists() else "caddy")


def binary(process):
    """The program of a process, as a path or a name to be searched."""
    return {
        "backend-nginx": "nginx",
        "backend": f"{STATE}/bin/load",
        "nginx-seed": "nginx",
        "envoy": _envoy_binary(),
        "caddy": _caddy_binary(),
        "penstock": str(PENSTOCK),
        "penstock-tls": str(PENSTOCK),
        "epoll": str(PENSTOCK),
        "epoll-tls": str(PENSTOCK),
        "redis": "redis-server",
        "ratelimit": f"{STATE}/bin/ratelimit",
    }.get(process, process)


def command(process):
    """The command line that starts a process."""
    return {
        "backend-nginx": lambda: _nginx("backend.conf"),
        "backend": lambda: [binary("backend"), "backend"],
        "nginx": lambda: _nginx("nginx-tuned.conf"),
        "nginx-seed": lambda: _nginx("nginx-seed.conf"),
        "haproxy": lambda: ["haproxy", "-db", "-f", render("haproxy.cfg")],
        "envoy": lambda: [binary("envoy"), "-c", render("envoy.yaml"), "--concurrency", "2", "-l", "error",
                          "--disable-hot-restart"],
        "envoy-ratelimit": lambda: [binary("envoy"), "-c", render("limits/envoy.yaml"), "--concurrency", "2", "-l", "error",
                                    "--disable-hot-restart"],
        "ratelimit": lambda: ["env", *(f"{k}={v}" for k, v in RATELIMIT_ENVIRONMENT.items()), binary("ratelimit")],
        "redis": lambda: ["redis-server", "--port", "8129", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        "limit-none": lambda: _limit_run(8121, "none.yaml"),
        "limit-local": lambda: _limit_run(8122, "local.yaml", "service.yaml"),
        "limit-redis": lambda: _limit_run(8123, "redis.yaml", "service.yaml"),
        "caddy": lambda: [binary("caddy"), "run", "--config", render("Caddyfile"), "--adapter", "caddyfile"],
        "penstock": lambda: _penstock_run("gateway-plain.yaml", 8111, 8412, 9911),
        "penstock-tls": lambda: _with_tls(8112, 8411, 9912),
        "epoll": lambda: EPOLL + _penstock_run("gateway-plain.yaml", 8113, 8414, 9913),
        "epoll-tls": lambda: EPOLL + _with_tls(8114, 8413, 9914),
    }[process]()  # fmt: skip
