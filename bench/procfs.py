"""What the kernel knows about processes: CPU time and memory of process trees, and how busy the machine is."""

import os

TICKS = os.sysconf("SC_CLK_TCK")


def _stat_fields(pid):
    """The fields of /proc/PID/stat from the state on (the name before it may hold spaces); None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()
    except OSError:
        return None


def start_time(pid):
    """When the process began, in ticks since boot, or None when it does not run: with the pid it names a process for good."""
    fields = _stat_fields(pid)
    return None if fields is None or fields[0] == "Z" else int(fields[19])


def tree(pid):
    """The process and all that descends from it."""
    pids = [pid]
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as f:
                for child in f.read().split():
                    pids += tree(int(child))
    except OSError:
        pass  # it ended while we looked
    return pids


def cpu_of(pids):
    """CPU seconds (user + system) that these processes have used, without their children."""
    return sum(int(f[11]) + int(f[12]) for f in map(_stat_fields, pids) if f) / TICKS


def cpu_seconds(pid):
    """CPU seconds (user + system) that the process tree has used."""
    return cpu_of(tree(pid))


def memory_mib(pid):
    """(PSS, RSS) of the process tree in MiB. PSS shares common pages out, so that it may be summed over processes."""
    totals = {"Pss:": 0, "Rss:": 0}
    for p in tree(pid):
        try:
            with open(f"/proc/{p}/smaps_rollup") as f:
                for line in f:
                    name, _, value = line.partition(" ")
                    if name in totals:
                        totals[name] += int(value.split()[0])
        except OSError:
            pass
    return round(totals["Pss:"] / 1024, 1), round(totals["Rss:"] / 1024, 1)


def machine_busy_seconds():
    """CPU seconds that all cores of the machine have spent working since boot (without idle and waiting for disks)."""
    with open("/proc/stat") as f:
        user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, f.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS
