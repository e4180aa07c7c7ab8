"""Texts inside of texts: percent-encoded, as base64, compressed, or as JSON."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[str], str]

DEPTH = 4
"""How many encodings around each other are looked through."""
MAX_INFLATED = 8 * 1024 * 1024
MAX_FOLDERS = 8
"""How many parts of a path may stand before base64; long base64 has slashes itself."""

_GZIP = b"\x1f\x8b"
_QUOTED = re.compile(r"[^\s\"'<>]*%[0-9A-Fa-f]{2}[^\s\"'<>]*")
_RESERVED = re.compile(r"([/?&=#:;,+])")
_BASE64 = re.compile(
    r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{11,}={0,2}(?![A-Za-z0-9+/_=-])"
)
_LONGEST_HEX = re.compile(r"[0-9a-fA-F-]+")


def rewrite(text: str, change: Change, depth: int = DEPTH) -> str:
    """Return *text* after *change*, which also sees what is encoded in it."""
    text = change(text)
    if not depth:
        return text
    if "%" in text:
        text = _QUOTED.sub(lambda found: _quoted(found[0], change, depth - 1), text)
    if len(text) > 10:
        text = _BASE64.sub(lambda found: _base64(found[0], change, depth - 1), text)
    return text


def rewrite_bytes(data: bytes, change: Change, depth: int = DEPTH) -> bytes:
    """Return *data* after *change* of the text that they are, however compressed."""
    if data.startswith(_GZIP):
        inflated = inflate(data)
        if inflated is not None and depth:
            changed = rewrite_bytes(inflated, change, depth - 1)
            return data if changed == inflated else gzip.compress(changed, mtime=0)
    try:
        return rewrite(data.decode(), change, depth).encode()
    except UnicodeError:
        # each byte is a character of latin-1, so nothing of it is lost
        found = rewrite(data.decode("latin-1"), change, depth)
        return found.encode("latin-1", "replace")


def inflate(data: bytes) -> bytes | None:
    """Return what gzip made *data* of, or None if it is none or too much."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        found = inflater.decompress(data, MAX_INFLATED)
    except zlib.error:
        return None
    return found if inflater.eof else None


def _quoted(text: str, change: Change, depth: int) -> str:
    parts = _RESERVED.split(text)
    found = "".join(_component(part, change, depth) for part in parts)
    # what is changed may hold characters that some encoders leave as they are
    plain = _unquoted(found)
    if plain is not None:
        changed = rewrite(plain, change, depth)
        if changed != plain:
            kept = "".join(set(_RESERVED.findall(text)))
            return quote(changed, safe=kept)
    return found


def _component(text: str, change: Change, depth: int) -> str:
    plain = _unquoted(text) if "%" in text else None
    if plain is None:
        return text
    changed = rewrite(plain, change, depth)
    return text if changed == plain else quote(changed, safe="")


def _unquoted(text: str) -> str | None:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return None


def _base64(text: str, change: Change, depth: int) -> str:
    # ids and digests are no base64, and there are many of them
    if _LONGEST_HEX.fullmatch(text):
        return text
    start = 0
    for _ in range(MAX_FOLDERS):
        changed = _decoded(text[start:], change, depth)
        if changed is not None:
            return text[:start] + changed
        # what comes before a slash may be the path of a URL
        start = text.find("/", start) + 1
        if not start or len(text) - start < 11:
            break
    return text


def _decoded(text: str, change: Change, depth: int) -> str | None:
    """Return base64 with its content changed, or None if nothing is to be changed."""
    is_urlsafe = "-" in text or "_" in text
    standard = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        plain = base64.b64decode(standard + "=" * (-len(standard) % 4))
    except binascii.Error:
        return None
    changed = rewrite_bytes(plain, change, depth)
    if changed == plain:
        return None
    encode = base64.urlsafe_b64encode if is_urlsafe else base64.b64encode
    found = encode(changed).decode()
    return found if text.endswith("=") or len(text) % 4 == 0 else found.rstrip("=")
