"""Refusals: what the server says no with, by Skygear's error codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import msgspec

from .faults import NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skysyn.errors import RemoteError
    from skysyn.models import JSON

STATUS: dict[int, int] = {
    101: 401,
    102: 403,
    103: 401,
    104: 401,
    105: 401,
    106: 401,
    107: 400,
    108: 400,
    109: 409,
    110: 404,
    111: 501,
    112: 501,
    113: 409,
    114: 409,
    115: 409,
    116: 200,
    117: 404,
    118: 503,
    119: 504,
    120: 400,
    121: 503,
    122: 503,
    123: 403,
    124: 403,
    125: 503,
    127: 403,
    128: 403,
    10002: 503,
}
"""The HTTP status of each code (protocol section 3); any other code has 500."""


def refuse(
    code: int,
    message: str,
    *,
    arguments: Sequence[str] = (),
    info: Mapping[str, object] | None = None,
    status: int | None = None,
) -> RemoteError:
    """Return the error with this *code*; *arguments* name what is wrong in a request.

    Codes outside the table are those of cloud code.
    """
    name, kind = NAMES.get(code, (f"ErrorCode({code})", NAMES[10000][1]))
    if arguments:
        info = {"arguments": list(arguments), **(info or {})}
    return kind(message, code=code, name=name, info=info, status=status)


def undecodable() -> RemoteError:
    """Return the refusal of a request whose parameters are of wrong JSON types."""
    return refuse(107, "fails to decode the request payload")


def unexpected(message: str) -> RemoteError:
    """Return the refusal that has no code of its own."""
    return refuse(10000, message)


def status_of(error: RemoteError) -> int:
    """Return the HTTP status that *error* is answered with."""
    return error.status or STATUS.get(error.code or 0, 500)


def dump(error: RemoteError) -> dict[str, JSON]:
    """Return the error object that says *error*."""
    dumped: dict[str, JSON] = {
        "name": error.name,
        "code": error.code,
        "message": error.message,
    }
    if error.info:
        dumped["info"] = {key: dump_info(value) for key, value in error.info.items()}
    return dumped


def dump_info(value: object) -> JSON:
    """Return one detail of an error as JSON."""
    return cast("JSON", msgspec.to_builtins(value, str_keys=True, enc_hook=str))
