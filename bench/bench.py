#!/usr/bin/env python3
"""Measures Penstock beside its peers on this machine.

bench.py full                     every workload and peer that is there; writes results/ (half an hour and more)
bench.py quick                    W1, W2, W5 with nginx, nginx-seed and penstock (under three minutes)
bench.py limits                   what a limit costs, shared or not; writes results/ (five minutes)
bench.py run W1,sse:500,start     the named workloads; "start" is the time to the first 200
bench.py table                    results/README.md again, from the raw results alone

Targets take turns within a round, in alternating order, so that a slow minute of the machine hits all of them.
"""

import argparse
import contextlib
import datetime
import fcntl
import http.client
import json
import os
import pathlib
import resource
import signal
import ssl
import sys
import threading
import time

import ctl
import machine
import peers
import procfs
import report
import workloads

RESULTS = peers.HERE / "results"
FULL = "start W1 W2 W2b W3 W4d W4u W4dt W4ut W5 R1:2000 R2:2000 sse:500 held:2000".split()
QUICK = "W1 W2 W5".split()
QUICK_TARGETS = "nginx nginx-seed penstock penstock-cache".split()
LIMITS = "L1 L1:8 L2:5000".split()
WARM_LIMIT = 90.0  # seconds; a target that is so slow has its result in that


class Meter:
    """Reads CPU and memory of one process tree over one load, and what the rest of the machine did meanwhile."""

    def __init__(self, process, seconds, needs=()):
        self._pid = ctl.pid(process) if process else None
        self._helpers = [p for p in map(ctl.pid, (*peers.HELPERS, *needs)) if p]
        self._timer = threading.Timer(seconds * 0.7, self._read_memory)
        self.values = {}

    def start(self):
        self._timer.start()
        self._before = self._read()

    def stop(self):
        after = self._read()
        self._timer.cancel()
        self._timer.join()
        elapsed, proxy, known, busy = (b - a for a, b in zip(self._before, after))
        if self._pid:
            self.values["cpu_s"] = round(proxy, 2)
        self.values["other_cores"] = round(max(0.0, busy - known) / elapsed, 2)

    __enter__ = start

    def __exit__(self, *_):
        self.stop()

    def _read(self):
        """(time, CPU of the proxy, CPU of all that belongs to the load, CPU of the whole machine)"""
        # The load tools: our children that are no servers while they run, then counted by the kernel as ended ones.
        servers = _trees(filter(None, map(ctl.pid, peers.PROCESSES)))
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        ours = (_trees([os.getpid()]) - servers) | _trees(self._helpers) | self._proxy()
        known = procfs.cpu_of(ours) + ended.ru_utime + ended.ru_stime
        return time.monotonic(), procfs.cpu_of(self._proxy()), known, procfs.machine_busy_seconds()

    def _proxy(self):
        return _trees([self._pid] if self._pid else [])

    def _read_memory(self):
        if self._pid:
            self.values["pss_mib"], self.values["rss_mib"] = procfs.memory_mib(self._pid)


def _trees(pids):
    return {p for pid in pids for p in procfs.tree(pid)}


class Recorder:
    """Appends rows to the file of raw results. The first row of a run says where and with what it ran."""

    def __init__(self, path, mode):
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._run = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
        self.row("run", mode=mode, commit=machine.commit(), machine=machine.facts(), versions=machine.versions())

    def row(self, kind, **values):
        with open(self.path, "a") as f:
            f.write(json.dumps({"kind": kind, "run": self._run, **values}) + "\n")


class Bench:
    """One run: which targets take part, what was warmed, where the rows go."""

    def __init__(self, names, rounds, seconds, recorder):
        self.names, self.rounds, self.seconds, self.recorder = names, rounds, seconds, recorder
        self._warm = set()

    def measure(self, spec):
        """All rounds of one workload over all targets that can do it."""
        workload, argument = workloads.parse(spec)
        print(f"{spec:9} {workloads.title(spec)}", flush=True)
        names = [n for n in workload.targets(self.names) if self._ready(spec, workload, argument, peers.TARGETS[n])]
        for number in range(self.rounds):
            for name in names[:] if number % 2 == 0 else names[::-1]:
                try:
                    values = self._load(workload, argument, peers.TARGETS[name], self.seconds)
                except ctl.Trouble as trouble:
                    self._skip(spec, name, trouble)
                    names.remove(name)
                    continue
                self.recorder.row("round", workload=spec, target=name, round=number, seconds=self.seconds, **values)
                print("          " + _line(name, values), flush=True)

    def _skip(self, spec, name, trouble):
        """Leaves a target out; its row in the results holds the first words of why, without this machine's paths."""
        self.recorder.row("skip", workload=spec, target=name, reason=str(trouble).splitlines()[0].split(";")[0])
        print(f"          without {name}: {trouble}", flush=True)

    def _load(self, workload, argument, target, seconds):
        meter = Meter(target.process(workload.tls), seconds, target.needs)
        values = workload.client(workload.url(target), seconds, argument, meter)
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in {**values, **meter.values}.items()}

    def _ready(self, spec, workload, argument, target):
        """Starts what is needed and warms it; False, and a row in the results, for a target that cannot take part."""
        try:
            for process in (*peers.HELPERS, *target.needs, *filter(None, [target.process(workload.tls)])):
                ctl.start(process)
            if reason := workloads.refusal(workload, target):
                raise ctl.Trouble(reason)
            self._warm_up(workload, argument, target)
        except ctl.Trouble as trouble:
            self._skip(spec, target.name, trouble)
            return False
        return True

    def _warm_up(self, workload, argument, target):
        """Lets a JVM compile the path; the other targets only fill their pools. Each path is warmed once a process."""
        process = target.process(workload.tls)
        path = (process, ctl.pid(process), workload.url(target), workload.client is workloads.h2load, workload.warm)
        if not process or path in self._warm:
            return
        self._warm.add(path)
        # A constant rate would warm slowly: the same path is warmed by the closed loop of wrk.
        client = workloads.wrk if workload.client is workloads.rate else workload.client
        argument = "64" if client is not workload.client else argument
        done, until = 0, time.monotonic() + WARM_LIMIT
        while done < (workload.warm if target.jvm else 1) and time.monotonic() < until:
            seconds = min(3, self.seconds) if target.jvm else 1
            done += client(workload.url(target), seconds, argument, Meter("", seconds))["requests"]

    def first_answers(self, runs):
        """How long from the start of the process to its first 200, and the CPU spent by then."""
        print("start     time to the first 200", flush=True)
        others = ("direct", "penstock-cache", "penstock-epoll", *peers.LIMITS)
        targets = [peers.TARGETS[n] for n in self.names if n not in others]
        starts = [(t, tls) for t in targets for tls in ((False, True) if t.jvm else (False,))]
        for process in peers.HELPERS:
            ctl.start(process)
        for number in range(runs):
            for target, tls in starts[:]:
                name = target.process(tls)
                try:
                    values = _first_answer(target, tls)
                except ctl.Trouble as trouble:
                    self._skip("start", name, trouble)
                    starts.remove((target, tls))
                    continue
                self.recorder.row("start", target=name, number=number, **values)
                print(f"          {name:14} {values['first_200_s']:6.3f} s, CPU {values['cpu_s']:.2f} s", flush=True)


def _first_answer(target, tls):
    process = target.process(tls)
    ctl.stop(process)
    port = target.tls_port if tls else target.plain_port
    began = time.monotonic()
    child = ctl.spawn(process)
    while not _answers(port, tls):
        if child.poll() is not None or time.monotonic() - began > 60:
            ctl.stop(process)
            raise ctl.Trouble(f"{process} did not start; see {peers.STATE}/logs/{process}.log")
        time.sleep(0.005)
    took = time.monotonic() - began
    values = {"first_200_s": round(took, 4), "cpu_s": procfs.cpu_seconds(child.pid)}
    ctl.stop(process)
    return values


def _answers(port, tls):
    context = {"context": ssl._create_unverified_context()} if tls else {}
    kind = http.client.HTTPSConnection if tls else http.client.HTTPConnection
    with contextlib.closing(kind("127.0.0.1", port, timeout=5, **context)) as connection:
        try:
            connection.request("GET", "/svc/v1/chat?x=1")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False


def _line(name, values):
    parts = [f"{name:14}", f"{values['rps']:9.0f}/s"]
    if "cpu_s" in values:
        parts.append(f"CPU {values['cpu_s'] / max(values['requests'], 1) * 1e6:9.1f} us")
    parts += [f"{q} {values[f'{q}_ms']:.2f} ms" for q in ("p50", "p99") if f"{q}_ms" in values]
    parts += [f"PSS {values['pss_mib']} MiB"] if "pss_mib" in values else []
    parts += [f"ERRORS {values['errors']}"] if values["errors"] else []
    return "  ".join(parts)


# ---- command line


def _available():
    """Every target whose program is there, and the plain backends."""
    have = machine.versions()
    have |= {"limit-none": have.get("penstock"), "limit-local": have.get("penstock"), "limit-redis": have.get("redis"),
             "envoy-ratelimit": have.get("envoy") and have.get("ratelimit")}  # fmt: skip
    have |= {"nginx-seed": have.get("nginx"), "penstock-cache": have.get("penstock"),
             "penstock-epoll": have.get("penstock"), "direct": "-"}  # fmt: skip
    return [name for name in peers.TARGETS if have.get(name)]


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("full", "quick", "limits", "run", "table"))
    parser.add_argument("workloads", nargs="?", help="for run: names with commas between; " + ", ".join(workloads.WORKLOADS))
    parser.add_argument("--targets", help="names with commas between; default: all that are there")
    parser.add_argument("--rounds", type=int, help="default: 5, quick 3")
    parser.add_argument("--seconds", type=int, help="of one load; default: 4, quick and limits 3")
    parser.add_argument("--out", type=pathlib.Path, help="folder for raw results and table; "
                        "default: results/ here for full and table, results/ in the state folder otherwise")  # fmt: skip
    return parser.parse_args()


def _plan(options):
    """(workloads, targets, rounds, seconds) of what was asked."""
    quick = options.action == "quick"
    specs = {"full": FULL, "quick": QUICK, "limits": LIMITS}.get(options.action) or (options.workloads or "").split(",")
    for spec in specs:
        if spec != "start":
            workloads.parse(spec)
    if options.action in ("full", "limits") and not peers.PENSTOCK.exists():
        raise ctl.Trouble(f"{peers.PENSTOCK} is not there: build it first (make build)")
    names = options.targets.split(",") if options.targets else QUICK_TARGETS if quick else _available()
    for name in names:
        if name not in peers.TARGETS:
            raise ctl.Trouble(f"no such target: {name} (there are: {', '.join(peers.TARGETS)})")
    return specs, names, options.rounds or (3 if quick else 5), options.seconds or (3 if options.action in ("quick", "limits") else 4)


def _new_file(folder):
    """<date>-<commit>.jsonl, with a number when that commit was measured before on that day: a file is one run."""
    stem = f"{datetime.datetime.now(datetime.timezone.utc).date().isoformat()}-{machine.commit()}"
    names = (stem + suffix for suffix in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(path for name in names if not (path := folder / f"{name}.jsonl").exists())


def _measure(options, out):
    specs, names, rounds, seconds = _plan(options)
    path = _new_file(out)
    ctl.raise_file_limit()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: ended"))  # so that the processes are stopped
    ctl.stop_all()  # what an earlier run left would be an older build
    try:
        recorder = Recorder(path, options.action)
        bench = Bench(names, rounds, seconds, recorder)
        for spec in specs:
            if spec == "start":
                bench.first_answers(rounds)
            else:
                bench.measure(spec)
        if jvm := machine.jvm_of("penstock") or machine.jvm_of("penstock-tls") or machine.jvm_of("limit-redis"):
            recorder.row("jvm", **jvm)
    finally:
        ctl.stop_all()
    return path


def main():
    options = _arguments()
    out = options.out or (RESULTS if options.action in ("full", "limits", "table") else peers.STATE / "results")
    if options.action != "table":
        peers.STATE.mkdir(parents=True, exist_ok=True)
        with open(peers.STATE / "lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ctl.Trouble("another run is at work in this state folder") from None
            path = _measure(options, out)
        print("\n" + report.tables(report.read(path), unmeasured=options.action in ("full", "limits")))
        print(f"raw results: {path}")
    if out == RESULTS or options.action == "table":
        report.write(out)


if __name__ == "__main__":
    try:
        main()
    except ctl.Trouble as trouble:
        sys.exit(f"bench: {trouble}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted")
