"""Checks gRPC through the gateway: a service of its own here, and the grpcio client (PyPI)."""

import os
import threading
from concurrent import futures
from urllib.parse import urlsplit

import grpc

import common

SERVICE = "penstock.check.Echo"


class Echo(grpc.GenericRpcHandler):
    """Messages are bytes, so that no generated code is needed."""

    def __init__(self):
        self.cancelled = threading.Event()

    def service(self, details):
        kind = details.method.rsplit("/", 1)[1]
        return {
            "Unary": grpc.unary_unary_rpc_method_handler(self.unary),
            "Down": grpc.unary_stream_rpc_method_handler(self.down),
            "Up": grpc.stream_unary_rpc_method_handler(self.up),
            "Both": grpc.stream_stream_rpc_method_handler(self.both),
            "Fail": grpc.unary_unary_rpc_method_handler(self.fail),
            "Never": grpc.unary_unary_rpc_method_handler(self.never),
        }.get(kind)

    def unary(self, request, context):
        context.set_trailing_metadata((("x-sum", str(len(request))),))
        return request

    def down(self, request, context):
        for i in range(int(request)):
            yield b"message %d" % i

    def up(self, requests, context):
        return b"+".join(requests)

    def both(self, requests, context):
        for request in requests:
            yield request.upper()

    def fail(self, request, context):
        context.abort(grpc.StatusCode.NOT_FOUND, "no such model: großes")

    def never(self, request, context):
        gone = threading.Event()
        context.add_callback(lambda: (gone.set(), self.cancelled.set()))
        gone.wait(20)
        return b""


def serve(port):
    echo = Echo()  # keeps its server, which ends with its last reference
    server = grpc.server(futures.ThreadPoolExecutor(8))
    server.add_generic_rpc_handlers((echo,))
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    echo.server = server
    return echo


def main():
    args = common.options(__doc__)
    echo = serve(os.environ["GRPC_BACKEND_PORT"])
    with open(args.ca, "rb") as file:
        trust = grpc.ssl_channel_credentials(file.read())
    channel = grpc.secure_channel(urlsplit(args.base_url).netloc, trust)
    key = (("x-api-key", args.key),)

    def unary():
        call = channel.unary_unary(f"/{SERVICE}/Unary")
        reply, info = call.with_call(b"x" * 100_000, metadata=key, timeout=10)
        assert reply == b"x" * 100_000
        assert dict(info.trailing_metadata())["x-sum"] == "100000"
        return "a unary call, with trailing metadata"

    def down():
        replies = list(channel.unary_stream(f"/{SERVICE}/Down")(b"500", metadata=key, timeout=10))
        assert replies == [b"message %d" % i for i in range(500)]
        return "500 messages from the server"

    def up():
        parts = [b"%d" % i for i in range(500)]
        reply = channel.stream_unary(f"/{SERVICE}/Up")(iter(parts), metadata=key, timeout=10)
        assert reply == b"+".join(parts)
        return "500 messages to the server"

    def both():
        # Each message is sent only when the one before was answered.
        answered = threading.Semaphore(1)

        def ask():
            for i in range(50):
                assert answered.acquire(timeout=5)
                yield b"ping %d" % i

        seen = []
        for reply in channel.stream_stream(f"/{SERVICE}/Both")(ask(), metadata=key, timeout=20):
            seen.append(reply)
            answered.release()
        assert seen == [b"PING %d" % i for i in range(50)]
        return "50 messages there and back in one call"

    def status(code, method, **options):
        try:
            channel.unary_unary(f"/{SERVICE}/{method}")(b"x", **options)
        except grpc.RpcError as error:
            assert error.code() == code, error.code()
            return error.details()
        raise AssertionError("the call went well")

    def failure():
        details = status(grpc.StatusCode.NOT_FOUND, "Fail", metadata=key, timeout=10)
        assert details == "no such model: großes", details
        return "a status of the server, with its text"

    def unknown():
        status(grpc.StatusCode.UNIMPLEMENTED, "Nothing", metadata=key, timeout=10)
        return "a method that is not there"

    def unauthenticated():
        status(grpc.StatusCode.UNAUTHENTICATED, "Unary", timeout=10)
        return "a call without a key"

    def deadline():
        echo.cancelled.clear()
        status(grpc.StatusCode.DEADLINE_EXCEEDED, "Never", metadata=key, timeout=0.5)
        assert echo.cancelled.wait(5), "the server was not told"
        return "a deadline, told to the server"

    def cancel():
        echo.cancelled.clear()
        call = channel.unary_unary(f"/{SERVICE}/Never").future(b"x", metadata=key, timeout=10)
        threading.Event().wait(0.3)
        call.cancel()
        assert echo.cancelled.wait(5), "the server was not told"
        return "a cancelled call, told to the server"

    def concurrent():
        call = channel.unary_unary(f"/{SERVICE}/Unary")
        calls = [call.future(b"%d" % i, metadata=key, timeout=20) for i in range(300)]
        assert [each.result() for each in calls] == [b"%d" % i for i in range(300)]
        return "300 calls at once"

    common.run(
        [unary, down, up, both, failure, unknown, unauthenticated, deadline, cancel, concurrent]
    )


main()
