"""The faults of servers: each a function that answers, or does not."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .peer import Line

    Answer = Callable[[Line], None]

BODY = b'{"result": "fine"}'


def reply(
    body: bytes = BODY,
    *headers: str,
    status: str = "200 OK",
    size: int | None = None,
) -> bytes:
    """Return an answer whose length is *size*, or what it should be."""
    length = len(body) if size is None else size
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def say(data: bytes) -> Answer:
    """Answer *data* and hang up."""

    def answer(line: Line) -> None:
        line.send(data)
        raise EOFError

    return answer


def hang_up(data: bytes) -> Answer:
    """Answer *data*, announce the end of the connection, and end it."""
    return say(data.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))


def stay(data: bytes) -> Answer:
    """Answer *data* and keep the connection."""

    def answer(line: Line) -> None:
        line.send(data)

    return answer


def reset(line: Line) -> None:
    line.reset()


def reset_in_body(line: Line) -> None:
    line.send(reply(size=1000))
    line.pause(0.02)
    line.reset()


def silence(line: Line) -> None:
    line.pause(30)


def drip(line: Line) -> None:
    line.send(reply(b"", size=1000))
    for _ in range(1000):
        line.send(b" ")
        line.pause(0.02)


def drip_header(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\nX: ")
    for _ in range(1000):
        line.send(b"x")
        line.pause(0.02)


def interim_storm(line: Line) -> None:
    while True:
        line.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 10)
        line.pause(0.01)


def endless(line: Line) -> None:
    line.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        line.send(bytes(65_536))


def bomb() -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    mebibyte = bytes(1 << 20)
    return b"".join(packer.compress(mebibyte) for _ in range(16)) + packer.flush()


def stacked() -> bytes:
    data = BODY
    for _ in range(6):
        data = gzip.compress(data)
    return data


def wrong_sum() -> bytes:
    data = bytearray(gzip.compress(BODY))
    data[-6] ^= 0xFF
    return bytes(data)


ANSWERS: dict[str, Answer] = {
    "reset after request": reset,
    "hang up after request": say(b""),
    "reset in body": reset_in_body,
    "end in body without length": say(b"HTTP/1.1 200 OK\r\n\r\n" + BODY[:5]),
    "length too short": hang_up(reply(size=5)),
    "length too long": hang_up(reply(size=500)),
    "two lengths": hang_up(reply(BODY, "Content-Length: 3")),
    "bad chunk": say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx"),
    "cut chunk": say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nx"),
    "interim storm": interim_storm,
    "early hints": say(b"HTTP/1.1 103 Early\r\n\r\n" + reply()),
    "silent accept": silence,
    "drip of body": drip,
    "drip of headers": drip_header,
    "header flood": hang_up(reply(BODY, *(f"X-{i}: x" for i in range(150)))),
    "long header line": hang_up(reply(BODY, "X: " + "x" * (1 << 20))),
    "large headers": hang_up(reply(BODY, *(f"X-{i}: {'x' * 5000}" for i in range(50)))),
    "gzip bomb": hang_up(reply(bomb(), "Content-Encoding: gzip")),
    "stacked encodings": say(
        reply(stacked(), f"Content-Encoding: {', '.join(['gzip'] * 6)}")
    ),
    "wrong gzip sum": hang_up(reply(wrong_sum(), "Content-Encoding: gzip")),
    "endless body": endless,
    "deep JSON": hang_up(reply(b"[" * 5000, "Content-Type: application/json")),
    "HTML portal": stay(reply(b"<html>Log in</html>", "Content-Type: text/html")),
    "204 with body": hang_up(reply(BODY, status="204 No Content")),
    "429 without wait": stay(reply(b"", "Retry-After: 0", status="429 Slow")),
    "503 with garbage": stay(reply(b"", "Retry-After: soon", status="503 Busy")),
    "503 for long": stay(reply(b"", "Retry-After: 999999", status="503 Busy")),
    "redirect here": stay(reply(b"", "Location: /b", status="301 Moved")),
    "redirect elsewhere": stay(
        reply(b"", "Location: https://127.0.0.2:9/", status="307 Moved")
    ),
    "redirect to plain": stay(
        reply(b"", "Location: http://localhost:9/", status="308 Moved")
    ),
    "HTTP 0.9": say(BODY),
    "another protocol": say(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "stale keep-alive": say(reply()),
}
