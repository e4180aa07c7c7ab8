"""Limits: how much of an answer is read."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, NoReturn

import attrs

from skysyn.errors import LimitExceeded

from .checks import at_least

if TYPE_CHECKING:
    from collections.abc import Mapping

    from urllib3 import BaseHTTPResponse

MEBIBYTE = 1 << 20
BRACKETS = bytes.maketrans(b"{}", b"[]")
STEPS = {ord("["): 1, ord("]"): -1}
ESCAPE = re.compile(rb"\\.", re.DOTALL)
PASSES = 12
NOT_BRACKETS = bytes(sorted(set(range(256)) - set(b'[]{}"')))


@attrs.frozen
class Limits:
    """What an answer may cost; more raises `LimitExceeded`.

    *received* counts the bytes of the body as they travel, *body* the bytes after
    decompression, *headers* the bytes of all headers, *depth* the nesting of JSON.
    """

    received: int = attrs.field(default=64 * MEBIBYTE, validator=at_least(0, int))
    body: int = attrs.field(default=256 * MEBIBYTE, validator=at_least(0, int))
    headers: int = attrs.field(default=128 * 1024, validator=at_least(0, int))
    depth: int = attrs.field(default=200, validator=at_least(0, int))

    def check_headers(self, headers: Mapping[str, str]) -> None:
        """Refuse *headers* that are too large together."""
        size = sum(len(name) + len(value) + 4 for name, value in headers.items())
        if size > self.headers:
            _refuse("headers", size, self.headers)

    def read(self, raw: BaseHTTPResponse, piece: int = 65_536) -> bytes:
        """Return the body of *raw*, decompressed."""
        pieces: list[bytes] = []
        size = 0
        for data in raw.stream(piece, decode_content=True):
            pieces.append(data)
            size += len(data)
            if size > self.body:
                _refuse("body", size, self.body)
            if raw.tell() > self.received:
                _refuse("received", raw.tell(), self.received)
        return b"".join(pieces)

    def check_depth(self, body: bytes) -> None:
        """Refuse JSON that nests deeper than decoders should follow."""
        if is_deeper(body, self.depth):
            msg = (
                f"the JSON answer nests deeper than {self.depth} levels; "
                f"raise Limits(depth=...) if you trust the server"
            )
            raise LimitExceeded(msg)


def is_deeper(body: bytes, depth: int) -> bool:
    """Say whether the brackets of JSON text nest deeper than *depth*."""
    plain = ESCAPE.sub(b"", body) if b"\\" in body else body
    kept = plain.translate(BRACKETS, NOT_BRACKETS)
    if kept.count(b"[") <= depth:
        return False
    brackets = b"".join(kept.split(b'"')[::2])
    # each pass takes away the innermost pairs, and few are enough for most answers
    left = brackets
    for _ in range(min(depth, PASSES)):
        left = left.replace(b"[]", b"")
    if not left:
        return False
    depths = accumulate(map(STEPS.__getitem__, brackets))
    return any(map(depth.__lt__, depths))


def _refuse(limit: str, size: int, allowed: int) -> NoReturn:
    msg = (
        f"the answer has {size} bytes or more, {allowed} are allowed; "
        f"raise Limits({limit}=...) if you trust the server"
    )
    raise LimitExceeded(msg)
