"""Tables from raw results: medians over the rounds, ratios to tuned nginx, and the goals beside what was measured."""

import json
from dataclasses import dataclass
from statistics import median
from typing import Callable, Optional

import workloads

BASE = "nginx"
SEED = "nginx-seed"
UNLIMITED = "limit-none"
SHARED = "limit-redis"
ABSENT = "–"


class Results:
    """The rows of one file of raw results."""

    def __init__(self, name, rows):
        self.name = name
        self.run = next(r for r in rows if r["kind"] == "run")
        self.jvm = next((r for r in reversed(rows) if r["kind"] == "jvm"), None)
        self._skips = {(r["workload"], r["target"]): r["reason"] for r in rows if r["kind"] == "skip"}
        self.starts = _group((r["target"], r) for r in rows if r["kind"] == "start")
        self._rounds = _group(((r["workload"], r["target"]), r) for r in rows if r["kind"] == "round")
        self.specs = list(
            dict.fromkeys(r["workload"] for r in rows if r["kind"] in ("round", "skip") and r["workload"] != "start")
        )

    def targets(self, spec):
        return [target for s, target in self._rounds if s == spec]

    def absent(self, spec):
        """The targets that did not take part, or not in all rounds, and why."""
        return [(target, reason) for (s, target), reason in self._skips.items() if s == spec]

    def rounds(self, spec, target):
        return self._rounds.get((spec, target), [])

    def value(self, spec, target, name):
        """The median over the rounds of a value, or None where it was not measured."""
        values = [r[name] for r in map(_derive, self.rounds(spec, target)) if name in r]
        return median(values) if values else None

    def ratio(self, spec, target, name, base):
        ours, theirs = self.value(spec, target, name), self.value(spec, base, name)
        return ours / theirs if ours is not None and theirs else None

    def added(self, spec, target, name):
        """What the target adds to what the backend takes without a proxy, or the proxy without a limit."""
        base = UNLIMITED if UNLIMITED in self.targets(spec) else "direct"
        ours, direct = self.value(spec, target, name), self.value(spec, base, name)
        return max(0.0, ours - direct) if ours is not None and direct is not None else None

    def start(self, target):
        return median(r["first_200_s"] for r in self.starts[target]) if target in self.starts else None


def _group(pairs):
    groups = {}
    for key, row in pairs:
        groups.setdefault(key, []).append(row)
    return groups


def _derive(row):
    """The row with CPU per 1,000 requests in milliseconds, which is also microseconds a request."""
    if "cpu_s" not in row or not row["requests"]:
        return row
    return {**row, "cpu_us": row["cpu_s"] / row["requests"] * 1e6}


def read(path):
    with open(path) as f:
        return Results(path.stem, [json.loads(line) for line in f])


# ---- goals


@dataclass(frozen=True)
class Goal:
    """What Penstock wants to reach; measure returns None where the results do not tell."""

    title: str
    limit: float
    unit: str
    measure: Callable[[Results], Optional[float]]
    least: bool = False  # whether it is to be reached rather than not exceeded
    optional: bool = False  # whether it is left out where nothing was measured

    def met(self, measured):
        return measured >= self.limit if self.least else measured <= self.limit

    def bound(self):
        return ("at least " if self.least else "") + _amount(self.limit, self.unit)


def _cpu(title, limit, spec, base, target="penstock", base_spec=None, optional=False):
    def measure(results):
        ours, theirs = results.value(spec, target, "cpu_us"), results.value(base_spec or spec, base, "cpu_us")
        return ours / theirs if ours is not None and theirs else None

    return Goal(f"{title}: CPU, to {base}", limit, "x", measure, optional=optional)


def _memory(results):
    return results.value("held:2000", "penstock", "pss_mib")


def _slower_start(results):
    known = [s for s in map(results.start, ("penstock", "penstock-tls")) if s is not None]
    return max(known) if known else None


# The same goals with the other way to wait for sockets, as far as a run has it.
VARIANTS = tuple(
    _cpu(f"{title}, with {name}", 0.8, spec, BASE, target=target, optional=True)
    for name, target in (("epoll", "penstock-epoll"), ("io_uring", "penstock-uring"))
    for title, spec in (("Small JSON, plain", "W1"), ("Small JSON, TLS", "W2"), ("HTTP/2", "W3"))
) + (
    Goal("Memory with 2,000 streams open (PSS), with epoll", 200, "MiB",
         lambda r: r.value("held:2000", "penstock-epoll", "pss_mib"), optional=True),
)  # fmt: skip

GOALS = (
    _cpu("Small JSON, plain", 0.8, "W1", BASE),
    _cpu("Small JSON, plain", 0.25, "W1", SEED),
    _cpu("Small JSON, plain", 0.25, "W1", "envoy"),
    _cpu("Small JSON, TLS", 0.8, "W2", BASE),
    _cpu("Small JSON, TLS", 0.25, "W2", SEED),
    _cpu("Small JSON, TLS", 0.25, "W2", "envoy"),
    _cpu("The whole path", 0.45, "W5", SEED),
    _cpu("The whole path with auth cache", 0.25, "W5", SEED, target="penstock-cache"),
    _cpu("HTTP/2", 0.8, "W3", BASE),
    _cpu("HTTP/2", 0.25, "W3", "envoy"),
    _cpu("HTTP/2", 1.0, "W3", "haproxy"),
    *VARIANTS,
    _cpu("500 token streams", 0.7, "sse:500", "envoy"),
    Goal("500 token streams: added latency, p50", 1.0, "ms", lambda r: r.added("sse:500", "penstock", "p50_ms")),
    Goal("500 token streams: added latency, p99", 10.0, "ms", lambda r: r.added("sse:500", "penstock", "p99_ms")),
    _cpu("10 MB down, plain", 1.0, "W4d", "envoy"),
    _cpu("10 MB up, plain", 1.0, "W4u", "envoy"),
    _cpu("10 MB down, plain", 1.2, "W4d", BASE),
    _cpu("10 MB up, plain", 1.2, "W4u", BASE),
    _cpu("10 MB down, TLS", 1.1, "W4dt", BASE),
    _cpu("10 MB up, TLS", 1.1, "W4ut", BASE),
    Goal("First 200 after start (the slower of plain and TLS)", 1.5, "s", _slower_start),
    Goal("Memory with 2,000 streams open (PSS)", 200, "MiB", _memory),
)

LIMIT_GOALS = (
    Goal("One hot key in Redis: requests/s, to no limit", 0.7, "x", lambda r: r.ratio("L1", SHARED, "rps", UNLIMITED), least=True),
    Goal("Counting in Redis, 5,000 requests/s: added CPU", 25, "us", lambda r: r.added("L2:5000", SHARED, "cpu_us")),
    Goal("Counting in Redis, 5,000 requests/s: added latency, p99", 1, "ms", lambda r: r.added("L2:5000", SHARED, "p99_ms")),
    Goal("One hot key in Redis: decisions/s, to envoy with ratelimit", 3, "x",
         lambda r: r.ratio("L1", SHARED, "rps", "envoy-ratelimit"), least=True),
)  # fmt: skip


def _goals_of(results):
    return LIMIT_GOALS if results.run["mode"] == "limits" else GOALS


def goals(results, unmeasured=True):
    """The table of goals; with or without those that these results say nothing of."""
    lines = ["| goal | at most | measured | |", "|---|--:|--:|---|"]
    for goal in _goals_of(results):
        measured = goal.measure(results)
        if measured is None and (goal.optional or not unmeasured):
            continue
        verdict = "not measured" if measured is None else "met" if goal.met(measured) else "**missed**"
        lines.append(f"| {goal.title} | {goal.bound()} | {_amount(measured, goal.unit)} | {verdict} |")
    return "\n".join(lines) if len(lines) > 2 else "These results say nothing of them."


def _amount(value, unit):
    if value is None:
        return ABSENT
    return f"{value:.2f}{unit}" if unit == "x" else f"{value:,.0f} {unit}" if value >= 100 else f"{value:.2f} {unit}"


# ---- tables


def tables(results, unmeasured=True):
    """All of one file: where it was measured, the goals, a table for each workload."""
    parts = [_machine(results), "### Goals\n\n" + goals(results, unmeasured)]
    if results.starts or results.absent("start"):
        parts.append("### Start: time to the first 200\n\n" + _starts(results))
    parts += [f"### {spec}: {workloads.title(spec)}\n\n{_workload(results, spec)}" for spec in results.specs]
    return "\n\n".join(parts) + "\n"


def _machine(results):
    run = results.run
    m = run["machine"]
    lines = [
        f"Commit {run['commit']}, {run['run'][:10]}. {m['cores']} cores of {m['cpu']}, {m['memory_gib']} GiB, Linux {m['kernel']} {m['arch']}.",
        "Versions: " + ", ".join(f"{name} {version}" for name, version in run["versions"].items()) + ".",
    ]
    if results.jvm:
        lines.append(f"Penstock's JVM: Java {results.jvm['java']}, options: {' '.join(results.jvm['options']) or 'none'}.")
    return "\n".join(lines)


def _starts(results):
    lines = ["| target | median s | fastest | slowest | CPU s |", "|---|--:|--:|--:|--:|"]
    for target, rows in results.starts.items():
        times = [r["first_200_s"] for r in rows]
        cpu = median(r["cpu_s"] for r in rows)
        lines.append(f"| {target} | {median(times):.2f} | {min(times):.2f} | {max(times):.2f} | {cpu:.2f} |")
    return "\n".join(lines + [""] + _absences(results, "start")).rstrip()


def _workload(results, spec):
    if not results.targets(spec):
        return " ".join(_absences(results, spec))
    workload, _ = workloads.parse(spec)
    columns = [c for c in _columns(workload) if any(c.cell(results, spec, t) != ABSENT for t in results.targets(spec))]
    lines = [
        "| target | " + " | ".join(c.title for c in columns) + " |",
        "|---|" + "--:|" * len(columns),
    ]
    for target in results.targets(spec):
        lines.append(f"| {target} | " + " | ".join(c.cell(results, spec, target) for c in columns) + " |")
    others = median(r["other_cores"] for t in results.targets(spec) for r in results.rounds(spec, t))
    notes = [f"{_rounds_of(results, spec)}; the rest of the machine used {others:.2f} cores meanwhile."]
    return "\n".join(lines) + "\n\n" + " ".join(notes + _absences(results, spec))


def _absences(results, spec):
    return [f"Left out: {target}, {reason}." for target, reason in results.absent(spec)]


def _rounds_of(results, spec):
    rows = results.rounds(spec, results.targets(spec)[0])
    return f"{len(rows)} round{'s' if len(rows) > 1 else ''} of {rows[0]['seconds']} s"


@dataclass(frozen=True)
class Column:
    title: str
    cell: Callable[[Results, str, str], str]


def _columns(workload):
    unit = workload.unit
    columns = [
        Column(f"{unit}s/s", lambda r, s, t: _number(r.value(s, t, "rps"), ",.0f")),
        Column(f"to {BASE}", lambda r, s, t: _number(r.ratio(s, t, "rps", BASE), ".2f")),
        Column("to no limit", lambda r, s, t: _number(r.ratio(s, t, "rps", UNLIMITED), ".2f")),
        Column(f"CPU us a {unit}", lambda r, s, t: _number(r.value(s, t, "cpu_us"), ",.1f")),
        Column("least–most", _spread),
        Column("CPU us added", lambda r, s, t: _number(_added(r, s, t, "cpu_us"), ".1f")),
        Column(f"CPU to {BASE}", lambda r, s, t: _number(r.ratio(s, t, "cpu_us", BASE), ".2f")),
        Column(f"CPU to {SEED}", lambda r, s, t: _number(r.ratio(s, t, "cpu_us", SEED), ".2f")),
    ]
    if workload.route in ("/big", "/up"):
        columns.append(Column("CPU s a GB", _cpu_a_gigabyte))
    columns += [
        Column("p50 ms", lambda r, s, t: _number(r.value(s, t, "p50_ms"), ".2f")),
        Column("p99 ms", lambda r, s, t: _number(r.value(s, t, "p99_ms"), ".2f")),
        Column("p50 added", lambda r, s, t: _number(_added(r, s, t, "p50_ms"), ".2f")),
        Column("p99 added", lambda r, s, t: _number(_added(r, s, t, "p99_ms"), ".2f")),
        Column("PSS MiB", lambda r, s, t: _number(r.value(s, t, "pss_mib"), ",.0f")),
        Column("errors", lambda r, s, t: str(sum(row["errors"] for row in r.rounds(s, t)))),
    ]
    return columns


def _added(results, spec, target, name):
    return None if target in ("direct", UNLIMITED) else results.added(spec, target, name)


def _number(value, pattern):
    return ABSENT if value is None else format(value, pattern)


def _spread(results, spec, target):
    values = [r["cpu_us"] for r in map(_derive, results.rounds(spec, target)) if "cpu_us" in r]
    return f"{min(values):,.1f}–{max(values):,.1f}" if values else ABSENT


def _cpu_a_gigabyte(results, spec, target):
    cpu = results.value(spec, target, "cpu_us")
    return ABSENT if cpu is None else f"{cpu / 1e6 / (workloads.BULK_BYTES / 1e9):.2f}"


# ---- the page


HEAD = """# Results

Made by `make bench` and `bench/limiter-proxy.sh` from the raw results in this folder alone; do not edit. How to read it: [../README.md](../README.md).
"""


def write(folder):
    """Writes the folder's README.md: the newest run beside the peers and that of limits with all their tables, and the goals of all runs."""
    runs = sorted(map(read, folder.glob("*.jsonl")), key=lambda r: (r.run["run"], r.name), reverse=True)
    text = "\nNothing has been measured yet.\n"
    if runs:
        newest = [next((r for r in runs if r.run["mode"] in modes), None) for modes in (("full", "run"), ("limits",))]
        shown = [r for r in newest if r] or runs[:1]
        text = "".join(f"\n## {r.name}\n\n{tables(r)}" for r in shown) + f"\n## The goals in every run\n\n{_history(runs)}"
    (folder / "README.md").write_text(HEAD + text)


def _history(runs):
    shown = runs[:8]
    lines = ["| goal | at most | " + " | ".join(r.name for r in shown) + " |", "|---|" + "--:|" * (len(shown) + 1)]
    for goal in (*GOALS, *LIMIT_GOALS):
        cells = [goal.bound()] + [_amount(goal.measure(r), goal.unit) for r in shown]
        lines.append(f"| {goal.title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
