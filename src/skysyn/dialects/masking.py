"""Masking: keys, tokens and passwords taken out of texts that people see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from skysyn.errors import ProtocolError, RemoteError
from skysyn.models import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skysyn.transport import Response


def mask(text: str, secrets: Iterable[str | None]) -> str:
    """Return *text* without *secrets*, the longest first: one may hold another."""
    known = {secret for secret in secrets if secret}
    known |= {msgspec.json.encode(secret)[1:-1].decode() for secret in known}
    for secret in sorted(known, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


def mask_error(
    error: ProtocolError | RemoteError,
    response: Response,
    secrets: Iterable[str | None],
) -> ProtocolError | RemoteError:
    """Return *error*, which *response* led to, without *secrets*."""
    known = tuple(secrets)
    body = response.body.decode("utf-8", "replace")
    if mask(body, known) == body:
        return error
    if isinstance(error, ProtocolError):
        # first masked, then cut, or half a secret would be left
        start = mask(body, known)[:200]
        text = str(error).replace(repr(error.start), repr(start))
        return ProtocolError(mask(text, known), status=error.status, start=start)
    return type(error)(
        mask(error.message, known),
        code=error.code,
        name=error.name,
        info={key: _masked(value, known) for key, value in error.info.items()},
        status=error.status,
        request_id=error.request_id,
    )


def _masked(value: object, secrets: Iterable[str | None]) -> object:
    """Return JSON *value* with every text in it masked."""
    if isinstance(value, str):
        return mask(value, secrets)
    if is_list(value):
        return [_masked(item, secrets) for item in value]
    if is_object(value):
        return {key: _masked(item, secrets) for key, item in value.items()}
    return value
