"""examples/original-stack in a namespace of its own, with stand-ins in the cluster, over TLS."""
import json
import os
import re
import time

from client import Cut, ask, ask_at_once, Connection
from gateway import address, code, deployment, route, serve, service
from kube import apply, await_condition, kubectl, namespace, patch
import asyncio

AI = "ai"
EXAMPLE = os.path.join(os.path.dirname(__file__), "../../../examples/original-stack")
PORTS = {"auth": 8080, "kokoro-tts": 9010, "whisper-stt": 9011, "audio-conv": 9012, "ollama-llm": 11434, "chromadb": 8000}
PATHS = {"kokoro-tts": "/tts", "whisper-stt": "/stt", "audio-conv": "/convert", "ollama-llm": "/llm", "chromadb": "/vectors"}
KEY = {"X-API-Key": "demo-key"}


def here():
    return address(namespace=AI)


def in_cluster(text):
    """The example's addresses on the own machine become Services, and no more."""
    names = {str(port): name for name, port in PORTS.items()}
    text = re.sub(r"url: http://127\.0\.0\.1:(\d+)/internal/auth",
                  lambda found: "service: {name: auth, port: %s, path: /internal/auth}" % found[1], text)
    return re.sub(r"url: http://127\.0\.0\.1:(\d+)",
                  lambda found: "service: {name: %s, port: %s}" % (names[found[1]], found[1]), text)


def applies():
    """examples/original-stack: every service gets Ready"""
    apply(namespace(AI))
    stand_ins = deployment("stand-ins", AI, ["StandIns", "--bind", "0.0.0.0"], PORTS["auth"])
    apply(code(AI), stand_ins, *(service(name, AI, port, "stand-ins") for name, port in PORTS.items()),
          deployment("backend", AI, ["Backend"], 8080), service("backend", AI, 8080), namespace=AI)
    for name in sorted(os.listdir(EXAMPLE)):
        with open(os.path.join(EXAMPLE, name), encoding="utf-8") as file:
            kubectl("apply", "-f", "-", text=in_cluster(file.read()))
    # One proxy, as there is one nginx: without Redis, two would each give half a burst.
    patch("aigateway", "default", {"spec": {"proxy": {"replicas": 1}}}, AI)
    for name in PATHS:
        await_condition("aiservice", name, namespace=AI, seconds=180)
    await_condition("aigateway", "default", namespace=AI)


def routes():
    """original-stack: every route reaches its backend, without the prefix and without the key"""
    for name, path in PATHS.items():
        answer = ask(here(), f"{path}/stand-in/echo?q=1", fields=KEY)
        assert answer.status == 200, (name, answer)
        echo = json.loads(answer.text)
        fields = {field.lower(): value for field, value in echo["headers"].items()}
        assert (echo["standIn"], echo["target"]) == (name, "/stand-in/echo?q=1"), echo
        assert "x-api-key" not in fields and fields["x-forwarded-proto"] == "https", fields
    assert ask(here(), "/sttx", fields=KEY).status == 404


def auth():
    """original-stack: without a known key 401, and the backend sees nothing"""
    stats = lambda: json.loads(ask(here(), "/convert/stand-in/stats", fields=KEY).text)["started"]
    before = stats()
    for fields in ({}, {"X-API-Key": "wrong"}, {"Authorization": "Bearer wrong"}):
        answer = ask(here(), "/convert/health", fields=fields)
        assert answer.status == 401 and "www-authenticate" in answer.fields, answer
    assert ask(here(), "/convert/health", fields={"Authorization": "Bearer demo-key"}).status == 200
    assert stats() == before + 1


def limit():
    """original-stack: burst + 1 pass at once, the next is 429 with Retry-After; per service"""
    for name, path, rate, burst in (("limit-a", "/limit-a", "6r/m", 3), ("limit-b", "/limit-b", "4r/m", 2)):
        serve(route(name, path, AI, rateLimit={"rate": rate, "burst": burst}))
        answers = ask_at_once(here(), f"{path}/hello", burst + 6, KEY)
        passed = [answer for answer in answers if answer.status == 200]
        refused = [answer for answer in answers if answer.status == 429]
        assert (len(passed), len(refused)) == (burst + 1, 5), answers
        assert all(1 <= int(answer.fields["retry-after"]) <= 15 for answer in refused), refused[0].fields


def body():
    """original-stack: 10 MiB pass, one byte more is 413, declared or chunked"""
    most = 10 << 20
    answer = ask(here(), "/convert/convert", "POST", KEY, b"x" * most)
    assert answer.status == 200 and json.loads(answer.text)["bytes"] == most, answer
    assert ask(here(), "/convert/convert", "POST", KEY, b"x" * (most + 1)).status == 413
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    chunked = {**KEY, "Transfer-Encoding": "chunked"}
    assert ask(here(), "/convert/convert", "POST", chunked, piece * 161 + b"0\r\n\r\n").status == 413


def timeout():
    """a silent backend is 504 after firstByte; one that falls silent in mid-stream cuts the message"""
    serve(route("slow", "/slow", AI, timeouts={"firstByte": "1s", "idle": "1s"}))
    started = time.monotonic()
    assert ask(here(), "/slow/sleep/5000", fields=KEY).status == 504
    assert time.monotonic() - started < 4
    assert ask(here(), "/slow/stream/4/600", fields=KEY).status == 200
    # Its head comes at once, its first line too late.
    try:
        raise AssertionError(f"ended well: {ask(here(), '/slow/stream/2/3000', fields=KEY)}")
    except Cut:
        pass


def stream():
    """original-stack: tokens come one by one, as they are made"""
    times = []
    question = json.dumps({"model": "m", "prompt": "p", "options": {"num_predict": 20}}).encode()
    fields = {**KEY, "Content-Type": "application/json"}
    answer = ask(here(), "/llm/api/generate", "POST", fields, question, lambda _: times.append(time.monotonic()))
    assert answer.status == 200, answer
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines[-1]["done"] and len(lines) >= 20, lines
    assert len(times) >= 20 and times[-1] - times[0] > 0.7, times


def web_socket():
    """a WebSocket passes both ways, behind auth"""
    serve(route("ws", "/socket", AI))

    async def talk(fields):
        connection = Connection(here())
        try:
            return await connection.web_socket("/socket/ws", "hello", fields)
        finally:
            connection.close()

    assert asyncio.run(talk(KEY)) == "hello"
    try:
        asyncio.run(talk({}))
    except AssertionError as e:
        assert "401" in str(e), e
    else:
        raise AssertionError("opened without a key")


TESTS = [applies, routes, auth, limit, body, timeout, stream, web_socket]
