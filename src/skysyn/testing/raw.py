"""What a request means where nobody knows its language: its method, URL and body."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

from .questions import Hidden, Meaning, Question, flatten, meaning

if TYPE_CHECKING:
    from skysyn.dialects.secrets import SecretPlaces
    from skysyn.transport import Request


def raw_question(request: Request, places: SecretPlaces) -> Question:
    """Return what *request* says, with its secrets set apart."""
    parts = urlsplit(request.url)
    said: dict[str, Meaning] = {
        "method": request.method,
        "path": unquote(parts.path),
        "query": _query(parts.query, places),
        "body": _body(request, places),
    }
    part = next((v for k, v in request.headers.items() if k.lower() == "range"), None)
    if part is not None:
        said["range"] = part
    caller = tuple(
        value for name, value in request.headers.items() if places.is_header(name)
    )
    return Question(
        f"{request.method} {unquote(parts.path)}",
        said,
        flatten(said, ""),
        caller,
        creates=request.method != "GET",
    )


def _query(query: str, places: SecretPlaces) -> Meaning:
    try:
        return meaning(json.loads(unquote(query)), places)
    except (ValueError, RecursionError):
        pass
    found: dict[str, Meaning] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found[name] = Hidden(value) if places.is_member(name) else value
    return found


def _body(request: Request, places: SecretPlaces) -> Meaning:
    if not request.body:
        return None
    try:
        return meaning(json.loads(request.body), places)
    except (ValueError, RecursionError):
        pass
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        return f"{len(request.body)} bytes {hashlib.sha256(request.body).hexdigest()}"
