"""What the three checks share: options, one line a check, and the TLS trust of the gateway."""

import argparse
import json
import ssl
import sys
import time
import urllib.error
import urllib.request

PATHS = {
    "llm": "/llm",
    "limited": "/llm-limited",
    "tts": "/tts",
    "stt": "/stt",
    "vectors": "/vectors",
}


class Skip(Exception):
    """Raised by a check that cannot be made here; the text says why."""


def options(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--base-url", default="https://127.0.0.1:8443", help="the gateway")
    parser.add_argument("--key", default="demo-key", help="API key")
    trust = parser.add_mutually_exclusive_group()
    trust.add_argument("--ca", help="PEM file with the certificate (authority) of the gateway")
    trust.add_argument("--insecure", action="store_true", help="take any certificate")
    for name, path in PATHS.items():
        parser.add_argument(f"--{name}-url", help=f"default: BASE_URL{path}; - skips its checks")
    args = parser.parse_args()
    for name, path in PATHS.items():
        if getattr(args, f"{name}_url") is None:
            setattr(args, f"{name}_url", args.base_url.rstrip("/") + path)
    return args


def trust(args):
    """The ssl.SSLContext for the clients' HTTP libraries."""
    context = ssl.create_default_context(cafile=args.ca)
    if args.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def run(checks):
    """Runs each check, prints a line for each, and exits with 1 when one failed."""
    failed = 0
    for check in checks:
        start = time.monotonic()
        try:
            said, mark = check(), "ok  "
        except Skip as reason:
            said, mark = reason, "skip"
        except Exception as error:  # every failure of a client is one line, whatever its type
            said, mark = f"{type(error).__name__}: {error}", "FAIL"
            failed += 1
        seconds = time.monotonic() - start
        line = " ".join(str(said).split())[:200]
        print(f"{mark} {check.__name__}: {line} ({seconds:.2f} s)", flush=True)
    sys.exit(1 if failed else 0)


def stats(args, url):
    """What the stand-in behind a service has seen; skips when the backend is a real one."""
    request = urllib.request.Request(f"{url}/stand-in/stats", headers={"X-API-Key": args.key})
    context = trust(args) if url.startswith("https") else None
    try:
        with urllib.request.urlopen(request, context=context) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise Skip(f"the backend tells no stand-in stats ({error.code})") from error


def expect_cancelled(args, url, before, within=2.0):
    """Waits until the backend has noticed one more client that left."""
    start = time.monotonic()
    while stats(args, url)["cancelled"] <= before["cancelled"]:
        assert time.monotonic() - start < within, "the backend goes on for a client that left"
        time.sleep(0.02)
    return f"the backend stopped {1000 * (time.monotonic() - start):.0f} ms after the client left"


class Arrivals:
    """When the pieces of a streamed answer came."""

    def __init__(self):
        self.start = time.monotonic()
        self.times = []

    def mark(self):
        self.times.append(time.monotonic() - self.start)

    def expect_streamed(self):
        """A held-back answer has its first piece just before its last."""
        assert len(self.times) > 5, f"only {len(self.times)} pieces"
        first, last = self.times[0], self.times[-1]
        assert first < last / 3, f"held back: first piece at {first:.2f} s, last at {last:.2f} s"
        return f"{len(self.times)} pieces, the first at {first:.2f} s, the last at {last:.2f} s"


def limited_url(args):
    if args.limited_url == "-":
        raise Skip("no limited route here")
    return args.limited_url
