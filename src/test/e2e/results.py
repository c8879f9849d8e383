"""What became of the tests, as scripts/test-counts.sh and other programs read it."""
import os
from dataclasses import dataclass
from xml.etree import ElementTree


@dataclass
class Result:
    what: str
    seconds: float
    failure: str = ""
    skipped: str = ""
    flaky: str = ""  # what it failed of before it passed


def write(path, results):
    """Writes all of them, in the form that JUnit has made common."""
    suite = ElementTree.Element(
        "testsuite", name="e2e", tests=str(len(results)), errors="0",
        failures=str(sum(bool(one.failure) for one in results)), skipped=str(sum(bool(one.skipped) for one in results)),
        time=f"{sum(one.seconds for one in results):.1f}")
    for one in results:
        case = ElementTree.SubElement(suite, "testcase", classname="e2e", name=one.what, time=f"{one.seconds:.1f}")
        if one.failure:
            ElementTree.SubElement(case, "failure", message=printable(one.failure))
        if one.flaky:
            ElementTree.SubElement(case, "flakyFailure", message=printable(one.flaky))
        if one.skipped:
            ElementTree.SubElement(case, "skipped", message=one.skipped)
    # Renamed, so that nobody reads half of it.
    ElementTree.ElementTree(suite).write(path + ".part", encoding="utf-8", xml_declaration=True)
    os.replace(path + ".part", path)


def printable(text):
    """XML has no way to write most control characters."""
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)
