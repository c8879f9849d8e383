#!/usr/bin/env python3
"""Runs the suite against the cluster of KUBECONFIG: one line a test. run.sh prepares what it needs.

e2e.py [WORD...]   only the tests whose names have one of the words, after those that install
"""
import os
import signal
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
import results
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


# As all tests: a shared machine may stand still for longer than a test allows.
AGAIN = "CI" in os.environ


class Ended(Exception):
    """Somebody wants this to end: the test that runs has failed, and what is there of it is kept."""


def end(*_):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough
    raise Ended("ended by SIGTERM, in the middle of this")


def attempt(test, report):
    """Its result, and what it failed of."""
    started, said, error = time.monotonic(), None, None
    try:
        said = test()
    except Exception as e:  # whatever it was, the other tests still tell something
        error, trace = e, traceback.format_exc()
    took = time.monotonic() - started
    if error is None:
        report(f"ok   {took:6.1f} s  {test.__doc__}" + (f": {said}" if said else ""))
        return results.Result(test.__doc__, took), None
    report(f"FAIL {took:6.1f} s  {test.__doc__}")
    why = str(error)[:2000] or repr(error)
    print("     " + "\n     ".join(why.splitlines()), flush=True)
    keep.everything(test.__name__, trace)
    return results.Result(test.__doc__, took, failure=why), error


def one(test, report):
    """Its result; and whether the next one may run."""
    why_not = left_out(test)
    if why_not:
        report(f"skip         {test.__doc__}: {why_not}")
        return results.Result(test.__doc__, 0, skipped=why_not), True
    result, error = attempt(test, report)
    if error and AGAIN and not isinstance(error, Ended):
        first = result.failure
        result, error = attempt(test, report)
        result.flaky = "" if error else first
    return result, not isinstance(error, Ended)


def main(words):
    os.makedirs(keep.FOLDER, exist_ok=True)
    with open(os.path.join(keep.FOLDER, "report.txt"), "w", encoding="utf-8") as file:
        def report(line):
            print(line, flush=True)
            print(line, file=file, flush=True)

        ran = []
        for test in chosen(words):
            result, go_on = one(test, report)
            ran.append(result)
            results.write(os.path.join(keep.FOLDER, "TEST-e2e.xml"), ran)
            if not go_on:
                break
            if test in installed.TESTS and result.failure:
                report("nothing else can be tested")
                break
        failed, skipped = sum(bool(one.failure) for one in ran), sum(bool(one.skipped) for one in ran)
        report(f"{len(ran) - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not ran else 0


signal.signal(signal.SIGTERM, end)
sys.exit(main(sys.argv[1:]))
