"""Redaction: what of a message may be seen in logs and recordings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .messages import Request, Response

JSON = dict[str, "JSON"] | list["JSON"] | str | float | bool | None

HIDDEN = "***"

# every other header is hidden, so that a new one with a secret in it is hidden too
SHOWN_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "retry-after",
        "server",
        "user-agent",
        "x-accsyn-workspace",
    }
)
SECRET_WORDS = (
    "password",
    "token",
    "secret",
    "api_key",
    "apikey",
    "session",
    "credential",
)


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return *headers* with all values hidden but those known to be harmless."""
    return {
        name: value if name.lower() in SHOWN_HEADERS else HIDDEN
        for name, value in headers.items()
    }


def redact_body(body: bytes) -> bytes:
    """Return *body* with the secrets of JSON hidden; other bodies stay."""
    try:
        value: JSON = json.loads(body)
    except (ValueError, RecursionError):
        return body
    return json.dumps(redact_json(value)).encode()


def redact_json(value: JSON) -> JSON:
    """Return JSON *value* with each member hidden whose name tells of a secret."""
    if isinstance(value, dict):
        return {
            k: HIDDEN if _is_secret(k) else redact_json(v) for k, v in value.items()
        }
    if isinstance(value, list):
        return [redact_json(item) for item in value]
    return value


def redact_request(request: Request) -> Request:
    """Return *request* as it may be recorded."""
    query = urlsplit(request.url).query
    return attrs.evolve(
        request,
        url=f"{request.safe_url}?{HIDDEN}" if query else request.safe_url,
        headers=redact_headers(request.headers),
        body=redact_body(request.body),
    )


def redact_response(response: Response) -> Response:
    """Return *response* as it may be recorded."""
    return attrs.evolve(
        response,
        headers=redact_headers(response.headers),
        body=redact_body(response.body),
    )


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET_WORDS)
