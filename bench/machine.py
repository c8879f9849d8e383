"""What a result must say about itself: the commit, the machine, and the version of everything that took part."""

import os
import platform
import re
import subprocess

import ctl
import peers
import procfs


def _output(*command):
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=20,
                              env=ctl.environment())  # fmt: skip
        return done.stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _git(*arguments):
    return _output("git", "-C", str(peers.HERE), *arguments).strip()


def commit():
    """The short commit, with "-dirty" when the work tree, without the results, differs from it."""
    head = _git("rev-parse", "--short=10", "HEAD")
    if not re.fullmatch(r"[0-9a-f]{7,40}", head):
        return "uncommitted"
    changed = _git("status", "--porcelain", "--", ":/", ":(top,exclude)bench/results")
    return head + ("-dirty" if changed else "")


def _proc_value(path, name):
    with open(path) as f:
        return next((line.split(":", 1)[1].strip() for line in f if line.startswith(name)), "?")


def facts():
    """The machine: CPU model, cores that we may use, memory, kernel."""
    kib = int(_proc_value("/proc/meminfo", "MemTotal").split()[0])
    return {
        "cpu": _proc_value("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(kib / 1024 / 1024, 1),
        "kernel": platform.release(),
        "arch": platform.machine(),
    }


VERSION_COMMANDS = {  # name -> (program, argument, what to keep of the answer)
    "nginx": ("nginx", "-v", r"nginx/(\S+)"),
    "haproxy": ("haproxy", "-v", r"version (\S+)"),
    "wrk": ("wrk", "-v", r"wrk (\S+)"),
    "h2load": ("h2load", "--version", r"nghttp2/(\S+)"),
    "envoy": (peers.binary("envoy"), "--version", r"version: \w+/([^/]+)/"),
    "caddy": (peers.binary("caddy"), "version", r"v(\S+)"),
    "redis": ("redis-server", "--version", r"v=(\S+)"),
    "penstock": (peers.binary("penstock"), "--version", r"(\d[^\s]*)"),
}


def versions():
    """The version of each peer and tool that is there."""
    found = {}
    for name, (program, argument, pattern) in VERSION_COMMANDS.items():
        if match := re.search(pattern, _output(program, argument)):
            found[name] = match[1]
    # It does not say its version itself.
    if match := re.search(r"\tmod\tgithub.com/envoyproxy/ratelimit\t(\S+)", _output("go", "version", "-m", peers.binary("ratelimit"))):
        found["ratelimit"] = match[1]
    return found


def jvm_of(process):
    """The Java version and the options of a running JVM process, or None."""
    number = ctl.pid(process)
    if not number:
        return None
    for p in procfs.tree(number):
        try:
            executable = os.readlink(f"/proc/{p}/exe")
            with open(f"/proc/{p}/cmdline", "rb") as f:
                words = f.read().decode(errors="replace").split("\0")
        except OSError:
            continue
        if os.path.basename(executable) == "java":
            version = re.search(r'version "([^"]+)"', _output(executable, "-version"))
            # Without folders: they are this machine's, and say nothing to others.
            options = [re.sub(r"=/.*/", "=", word) for word in words if word.startswith("-X")]
            return {"java": version[1] if version else "?", "options": options}
    return None
