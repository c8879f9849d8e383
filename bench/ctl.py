#!/usr/bin/env python3
"""Starts and stops the processes of the benchmark: ctl.py start NAME... | stop NAME... | stop all | list

Targets: nginx (tuned), nginx-seed (nginx's defaults, as in the hand-written original), haproxy, envoy, caddy, penstock.
Helpers: backend (token streams, upload sink), backend-nginx (fixed JSON, files, auth). All of it listens on 127.0.0.1;
its state lies in $BENCH_STATE (default: penstock-bench in the user's cache folder).
"""

import os
import resource
import signal
import socket
import subprocess
import sys
import time

import procfs
from peers import PROCESSES, STATE, TARGETS, command

SEARCH = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin:/usr/local/go/bin"  # Debian keeps servers where users do not look
STOP_TIMEOUT = 10.0  # seconds until a process that ignores SIGTERM is killed


class Trouble(Exception):
    """Something the user can mend; the message says what."""


def _pid_file(process):
    return STATE / "run" / f"{process}.started"


def pid(process):
    """The pid of a process that this benchmark started and that still runs, else None."""
    try:
        number, began = map(int, _pid_file(process).read_text().split())
    except (OSError, ValueError):
        return None
    return number if procfs.start_time(number) == began else None


def environment():
    return {**os.environ, "PATH": SEARCH}


def spawn(process):
    """Starts the process without waiting for it and returns its Popen."""
    if _connects(PROCESSES[process]):
        raise Trouble(f"port {PROCESSES[process]}, which {process} needs, is in use by something else")
    for folder in ("logs", "run", "tmp"):
        (STATE / folder).mkdir(parents=True, exist_ok=True)
    (STATE / "logs" / f"{process}.access").unlink(missing_ok=True)
    with open(STATE / "logs" / f"{process}.log", "wb") as log:
        try:
            child = subprocess.Popen(command(process), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                     start_new_session=True, env=environment())  # fmt: skip
        except FileNotFoundError as e:
            raise Trouble(f"{process}: {e.filename} is not there; run bench/setup.sh (penstock: make build)") from e
    _pid_file(process).write_text(f"{child.pid} {procfs.start_time(child.pid)}")
    return child


def start(process, timeout=30.0):
    """Starts the process unless it runs, waits until it listens, and returns its pid."""
    if running := pid(process):
        return running
    child = spawn(process)
    deadline = time.monotonic() + timeout
    while not _connects(PROCESSES[process]):
        if child.poll() is not None or time.monotonic() > deadline:
            log = (STATE / "logs" / f"{process}.log").read_text(errors="replace")
            stop(process)
            raise Trouble(f"{process} did not start; the end of its log:\n{log[-1500:]}")
        time.sleep(0.02)
    return child.pid


def _connects(port):
    try:
        socket.create_connection(("127.0.0.1", port), 0.3).close()
        return True
    except OSError:
        return False


def stop(process):
    """Ends the process and its children; those that do not heed SIGTERM are killed."""
    number = pid(process)
    if number:
        began = {p: procfs.start_time(p) for p in procfs.tree(number)}
        for p in _alive(began):  # the children too: a launcher may not pass the signal on
            _signal(p, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        while (left := _alive(began)) and time.monotonic() < deadline:
            _reap(number)
            time.sleep(0.02)
        for p in left:
            _signal(p, signal.SIGKILL)
        _reap(number)
    _pid_file(process).unlink(missing_ok=True)


def _alive(began):
    return [p for p, t in began.items() if t is not None and procfs.start_time(p) == t]


def _signal(number, which):
    try:
        os.kill(number, which)
    except ProcessLookupError:
        pass  # it ended by itself, or with its parent


def _reap(number):
    try:
        os.waitpid(number, os.WNOHANG)
    except ChildProcessError:
        pass  # started by an earlier run of this program


def stop_all():
    for process in reversed(PROCESSES):
        stop(process)


def raise_file_limit():
    """Streams need two descriptors each; children inherit the limit."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def main(arguments):
    action, names = (arguments[0] if arguments else "list"), arguments[1:]
    raise_file_limit()
    if action == "start":
        for name in names:
            target = TARGETS.get(name)
            for process in dict.fromkeys((target.plain_process, target.tls_process)) if target else (name,):
                if process not in PROCESSES:
                    raise Trouble(f"no such process: {name} (there are: {', '.join(PROCESSES)})")
                print(process, start(process))
    elif action == "stop" and names == ["all"]:
        stop_all()
    elif action == "stop":
        for name in names:
            stop(name)
    elif action == "list":
        for process in PROCESSES:
            if number := pid(process):
                pss, rss = procfs.memory_mib(number)
                print(f"{process:14} pid {number:7}  {procfs.cpu_seconds(number):8.2f} s CPU  {pss} MiB PSS  {rss} MiB RSS")
    else:
        raise Trouble(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Trouble as trouble:
        sys.exit(f"bench: {trouble}")
