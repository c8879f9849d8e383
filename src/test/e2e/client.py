"""An HTTP/1.1 client that hides nothing: no retries, no redirects, and a cut message is an error."""
import asyncio
import base64
import os
import ssl
import struct

TLS = ssl.create_default_context()
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE


class Cut(Exception):
    """The connection ended in the middle of an answer."""


class Unanswered(Exception):
    """A kept connection ended before a byte of the answer: HTTP lets a client ask again."""


class Answer:
    def __init__(self, status, fields, body):
        self.status, self.fields, self.body = status, fields, body

    @property
    def text(self):
        return self.body.decode()

    def __repr__(self):
        return f"{self.status} {self.body[:200]!r}"


class Connection:
    """One connection to a gateway, (host, port); over TLS unless tls=None."""

    def __init__(self, address, tls=TLS, seconds=60):
        self.address, self.tls, self.seconds = address, tls, seconds
        self.reader = self.writer = None
        self.used = False

    async def open(self):
        name = "e2e.example.com" if self.tls else None
        opening = asyncio.open_connection(*self.address, ssl=self.tls, server_hostname=name)
        self.reader, self.writer = await asyncio.wait_for(opening, self.seconds)
        return self

    def close(self):
        if self.writer:
            self.writer.transport.abort()
        self.reader = self.writer = None
        self.used = False

    async def ask(self, method, path, fields=None, body=b"", on_piece=None):
        return await asyncio.wait_for(self._ask(method, path, fields or {}, body, on_piece), self.seconds)

    async def _ask(self, method, path, fields, body, on_piece):
        if self.writer is None:
            await self.open()
        await self._send(method, path, fields, body)
        try:
            start = await self.reader.readline()
        except ConnectionError:
            start = b""
        if not start.endswith(b"\n"):
            again = self.used and not start
            self.close()
            raise Unanswered(path) if again else Cut(f"{path}: before the answer, after {start!r}")
        self.used = True
        try:
            return await self._answer(int(start.split()[1]), on_piece)
        except (asyncio.IncompleteReadError, ConnectionError) as e:
            self.close()
            raise Cut(f"{path}: {e}") from e

    async def _send(self, method, path, fields, body):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {fields.get('Host', 'e2e.example.com')}"]
        if body and "Transfer-Encoding" not in fields:
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in fields.items() if name != "Host"]
        try:
            self.writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            await self.writer.drain()
        except ConnectionError:
            pass  # the answer, if there is one, can still be read

    async def _answer(self, status, on_piece):
        fields = await self._fields()
        body = b""
        if status == 101 or status == 204:
            pass
        elif fields.get("transfer-encoding") == "chunked":
            while size := int(await self._line(), 16):
                piece = await self.reader.readexactly(size)
                await self.reader.readexactly(2)
                body += piece
                if on_piece:
                    on_piece(piece)
            await self._fields()
        else:
            body = await self.reader.readexactly(int(fields.get("content-length", 0)))
        if fields.get("connection") == "close":
            self.close()
        return Answer(status, fields, body)

    async def _line(self):
        return (await self.reader.readuntil(b"\n")).strip()

    async def _fields(self):
        fields = {}
        while line := await self._line():
            name, value = line.decode("latin-1").split(":", 1)
            fields[name.lower()] = value.strip()
        return fields

    async def web_socket(self, path, text, fields=None):
        """Opens a WebSocket, sends one message, and gives back what comes."""
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
                   "Sec-WebSocket-Key": key, **(fields or {})}
        answer = await self.ask("GET", path, upgrade)
        assert answer.status == 101, answer
        mask, data = os.urandom(4), text.encode()
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
        self.writer.write(struct.pack("BB", 0x81, 0x80 | len(data)) + mask + masked)
        first, length = await asyncio.wait_for(self.reader.readexactly(2), self.seconds)
        assert first == 0x81, first
        return (await self.reader.readexactly(length)).decode()


def ask(address, path, method="GET", fields=None, body=b"", on_piece=None, tls=TLS):
    """One request on a connection of its own."""
    async def once():
        connection = Connection(address, tls)
        try:
            return await connection.ask(method, path, fields, body, on_piece)
        finally:
            connection.close()

    return asyncio.run(once())


def ask_at_once(address, path, times, fields=None):
    """The same request, `times` of them together, each on a connection of its own."""
    async def together():
        connections = [Connection(address) for _ in range(times)]
        try:
            await asyncio.gather(*(connection.open() for connection in connections))
            return await asyncio.gather(*(connection.ask("GET", path, fields) for connection in connections))
        finally:
            for connection in connections:
                connection.close()

    return asyncio.run(together())
