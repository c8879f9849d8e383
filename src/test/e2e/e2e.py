#!/usr/bin/env python3
"""Runs the suite against the cluster of KUBECONFIG: one line a test. run.sh prepares what it needs.

e2e.py [WORD...]   only the tests whose names have one of the words, after those that install
"""
import os
import sys
import time
import traceback

import argocd
import certmanager
import change
import fields
import installed
import keep
import many
import outage
import owned
import removal
import rights
import stack
import together
import upgrade
from kube import OWN_CLUSTER

TESTS = (installed.TESTS + stack.TESTS + together.TESTS + change.TESTS + upgrade.TESTS + outage.TESTS + owned.TESTS
         + fields.TESTS + certmanager.TESTS + argocd.TESTS + fields.LAST + many.TESTS + rights.TESTS + removal.TESTS)


def chosen(words):
    return [test for test in TESTS if not words or test in installed.TESTS or any(word in test.__doc__ for word in words)]


def left_out(test):
    """Why it cannot be run here; else nothing."""
    if getattr(test, "own_cluster", False) and not OWN_CLUSTER:
        return "only where this suite runs the cluster itself"
    return getattr(test, "left_out", "")


def one(test, report):
    started = time.monotonic()
    what = test.__doc__
    why_not = left_out(test)
    if why_not:
        report(f"skip         {what}: {why_not}")
        return True
    try:
        said = test()
    except Exception as e:  # whatever it was, the other tests still tell something
        report(f"FAIL {time.monotonic() - started:6.1f} s  {what}")
        print("     " + "\n     ".join(str(e)[:2000].splitlines() or [repr(e)]), flush=True)
        keep.everything(test.__name__, traceback.format_exc())
        return False
    report(f"ok   {time.monotonic() - started:6.1f} s  {what}" + (f": {said}" if said else ""))
    return True


def main(words):
    os.makedirs(keep.FOLDER, exist_ok=True)
    with open(os.path.join(keep.FOLDER, "report.txt"), "w", encoding="utf-8") as file:
        def report(line):
            print(line, flush=True)
            print(line, file=file, flush=True)

        results = []
        for test in chosen(words):
            results.append(one(test, report))
            if test in installed.TESTS and not results[-1]:
                report("nothing else can be tested")
                break
        report(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


sys.exit(main(sys.argv[1:]))
