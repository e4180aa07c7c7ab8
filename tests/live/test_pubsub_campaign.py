"""Subscribers of a server that is killed again and again: no loss without a gap.

`SKYSYN_CAMPAIGN=10` makes it 200 subscribers on 20 channels and ten restarts.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import defaultdict
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from skysyn import Skygear, SkygearSession, connect
from skysyn.errors import SkysynError, TimedOut
from skysyn.pubsub import Gap, Message, Subscription
from tests.ports import free_port
from tests.server.campaigns import SCALE

from .campaign import tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn import JSON

TIMES = min(SCALE, 10)
SUBSCRIBERS, RESTARTS = 20 * TIMES, max(2, TIMES)
CHANNELS = [f"c{number}" for number in range(max(4, 2 * TIMES))]
KEY = "client-key"
END = -1


class Restarted:
    """A server in a process of its own, which is killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = str(free_port())
        self.endpoint = f"http://127.0.0.1:{self._port}"
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        source = "from skysyn.cli import main; main()"
        keys = ["--api-key", KEY, "--master-key", "master-key"]
        process = subprocess.Popen(
            [sys.executable, "-c", source, "serve", "--port", self._port, *keys],
            cwd=self._folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        while "SKYGEAR_API_KEY" not in process.stdout.readline():
            assert process.poll() is None
        return process

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()

    def restart(self) -> None:
        self.stop()
        self._process = self._start()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Restarted]:
    server = Restarted(tmp_path)
    yield server
    server.stop()


class Reader(Thread):
    """Receives until every channel has said its end, and notes what is wrong."""

    def __init__(self, messages: Subscription[JSON]) -> None:
        super().__init__(daemon=True)
        self.messages = messages
        self.wrong: list[str] = []
        self.gaps = self.received = 0
        self._last: dict[str, int] = defaultdict(int)
        self._covered: set[str] = set()
        self._open = set(CHANNELS)

    def run(self) -> None:
        while self._open:
            try:
                event = self.messages.receive(60)
            except TimedOut:
                self.wrong.append(f"no end of {self._open}")
                return
            if isinstance(event, Gap):
                self.gaps += 1
                self._covered |= event.channels
            elif isinstance(event, Message) and isinstance(event.data, int):
                self._take(event.channel, event.data)

    def _take(self, channel: str, number: int) -> None:
        self.received += 1
        if number == END:
            self._open.discard(channel)
            return
        last = self._last[channel]
        if number <= last:
            self.wrong.append(f"{channel}: {number} after {last}")
        if number > last + 1 and channel not in self._covered:
            self.wrong.append(f"{channel}: nothing between {last} and {number}")
        self._last[channel] = number
        self._covered.discard(channel)


class Writer(Thread):
    """Publishes the numbers from 1 on each channel, over and over."""

    def __init__(self, session: SkygearSession) -> None:
        super().__init__(daemon=True)
        self.is_done = False
        self.published = self.failed = 0
        self._session = session

    def run(self) -> None:
        number = 0
        while not self.is_done:
            number += 1
            for channel in CHANNELS:
                self.say(channel, number)

    def say(self, channel: str, number: int) -> None:
        try:
            self._session.publish(channel, number)
            self.published += 1
        except SkysynError:
            self.failed += 1
            time.sleep(0.05)


def wait_for(readers: list[Reader], gaps: int, seconds: float) -> None:
    """Wait until every reader has seen so many gaps."""
    until = time.monotonic() + seconds
    while any(reader.gaps < gaps and not reader.wrong for reader in readers):
        assert time.monotonic() < until
        time.sleep(0.05)


def say_end(writer: Writer, readers: list[Reader], seconds: float) -> None:
    """Say the end until all have heard it: it may be lost in a gap as well."""
    until = time.monotonic() + seconds
    while any(reader.is_alive() for reader in readers) and time.monotonic() < until:
        for channel in CHANNELS:
            writer.say(channel, END)
        for reader in readers:
            reader.join(0.5 / len(readers))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_lost_message_is_covered_by_a_gap_and_none_comes_twice(
    server: Restarted,
) -> None:
    session = connect(Skygear(server.endpoint, api_key=KEY))
    readers = [Reader(session.subscribe(*CHANNELS)) for _ in range(SUBSCRIBERS)]
    writer = Writer(session)
    for thread in (*readers, writer):
        thread.start()

    for restart in range(RESTARTS):
        time.sleep(random.random())
        server.restart()
        wait_for(readers, restart + 1, 120)
    writer.is_done = True
    writer.join(60)
    say_end(writer, readers, 120)
    for reader in readers:
        reader.join(120)
        reader.messages.close()
    session.close()

    received = sum(reader.received for reader in readers)
    tell(
        f"pubsub: {SUBSCRIBERS} subscribers, {len(CHANNELS)} channels, {RESTARTS} "
        f"restarts, {writer.published} published, {writer.failed} failed, "
        f"{received} received, {sum(r.gaps for r in readers)} gaps"
    )
    assert [wrong for reader in readers for wrong in reader.wrong] == []
    assert received > SUBSCRIBERS * len(CHANNELS)
