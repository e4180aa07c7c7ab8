"""Left: the exchanges that are not done again, as `left_out.toml` lists them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

FILE = Path(__file__).with_name("left_out.toml")

Kind = Literal["refused", "malformed", "left out"]


class Group(msgspec.Struct, frozen=True):
    """Exchanges of one topic that are left out for one *reason*.

    "refused": the library raises *error* before anything is sent; "malformed": the
    request breaks the protocol's grammar, and the server refused it; "left out": the
    server takes it, but no call says it.
    """

    topic: str
    kind: Kind
    reason: str
    exchanges: list[int]
    error: str = ""


class _File(msgspec.Struct):
    group: list[Group]


def groups() -> list[Group]:
    """Return every group in the file."""
    return msgspec.toml.decode(FILE.read_bytes(), type=_File).group


def listed() -> dict[tuple[str, int], Group]:
    """Return the group of each exchange in the file.

    Raises:
        ValueError: an exchange is in two groups.
    """
    found: dict[tuple[str, int], Group] = {}
    for group in groups():
        for number in group.exchanges:
            if (group.topic, number) in found:
                msg = f"{group.topic} {number} is listed twice"
                raise ValueError(msg)
            found[group.topic, number] = group
    return found
