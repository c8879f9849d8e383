"""Constant traffic in a thread of its own, and what became of it."""
import asyncio
import collections
import os
import threading
import time

from client import Connection, Cut, Unanswered

REQUESTS = int(os.environ.get("E2E_RATE", "200"))  # a second
STREAMS = int(os.environ.get("E2E_STREAMS", "50"))  # always open
LINES, PAUSE = 100, 100  # of each stream, milliseconds between


class Traffic:
    """`with Traffic(address) as traffic:` and then traffic.assert_all_well().

    Half of the requests come on kept connections, half on new ones. What a kept connection leaves unanswered because
    it was closed meanwhile is asked once more, as every client does, and counted.
    """

    def __init__(self, address, path="/traffic", requests=REQUESTS, streams=STREAMS):
        self.address, self.path, self.requests, self.streams = address, path, requests, streams
        self.statuses, self.failures = collections.Counter(), []
        self.whole_streams = self.again = 0
        self.slowest = 0.0
        self.stopping = False
        self.started = self.stopped = time.monotonic()
        # A daemon: when all of it is ended before `with` is reached, nobody stops this.
        self.thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self):
        self.thread.start()
        time.sleep(2)  # it flows before anything happens
        return self

    def __exit__(self, *_):
        if not _[0]:
            time.sleep(2)
        self.stopping = True
        self.stopped = time.monotonic()
        self.thread.join()  # open streams come to their ends

    async def _run(self):
        workers = max(10, self.requests // 5)  # each waits for its answer before it goes on
        kept = [self._requests(workers / self.requests, i / self.requests, i % 2 == 0) for i in range(workers)]
        await asyncio.gather(*kept, *(self._streams() for _ in range(self.streams)))

    async def _requests(self, every, offset, keep):
        connection = Connection(self.address, seconds=30)
        due = time.monotonic() + offset
        while not self.stopping:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            # A client that was held up does not make up for it.
            due = max(due + every, time.monotonic())
            started = time.monotonic()
            await self._one(connection)
            self.slowest = max(self.slowest, time.monotonic() - started)
            if not keep:
                connection.close()
        connection.close()

    async def _one(self, connection):
        try:
            try:
                answer = await connection.ask("GET", f"{self.path}/hello")
            except Unanswered:
                self.again += 1
                answer = await connection.ask("GET", f"{self.path}/hello")
            self.statuses[answer.status] += 1
            if answer.status != 200:
                self._failed(answer)
        except (Cut, Unanswered, OSError, asyncio.TimeoutError) as e:
            self._failed(e)
            connection.close()

    async def _streams(self):
        while not self.stopping:
            connection, pieces = Connection(self.address, seconds=LINES * PAUSE / 1000 + 60), []
            try:
                answer = await connection.ask("GET", f"{self.path}/stream/{LINES}/{PAUSE}", on_piece=pieces.append)
                if answer.status == 200 and answer.body.count(b"data: ") == LINES:
                    self.whole_streams += 1
                else:
                    self._failed(answer)
            except (Cut, Unanswered, OSError, asyncio.TimeoutError) as e:
                self._failed(f"stream, after {len(pieces)} pieces: {e!r}")
            finally:
                connection.close()

    def _failed(self, what):
        self.failures.append(f"{time.strftime('%H:%M:%S')} {what!r}")

    def assert_all_well(self):
        assert not self.failures, f"{len(self.failures)} failed, {self}:\n" + "\n".join(self.failures[:10])
        assert self.statuses[200] > 0 and (self.whole_streams > 0 or not self.streams), str(self)
        return str(self)

    def __str__(self):
        rate = self.statuses[200] / max(1, self.stopped - self.started)
        return (f"{self.statuses[200]} requests, {rate:.0f}/s, {self.whole_streams} streams, {self.streams} at a time, "
                f"{self.again} asked again, slowest {self.slowest * 1000:.0f} ms")
