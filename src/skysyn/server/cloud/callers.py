"""Callers: what cloud code is told of the request that it is called for (§20.4)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from skysyn.server.framing import request_id

if TYPE_CHECKING:
    from skysyn.models import JSON
    from skysyn.server.context import Context

_AREAS = frozenset(
    [
        *("auth", "sso", "asset", "record", "device", "subscription"),
        *("relation", "role", "push", "schema"),
    ]
)


def describe(context: Context, *, is_plugin: bool = False) -> dict[str, JSON]:
    """Return what cloud code is told of *context*."""
    said = describe_briefly(context)
    said["request_id"] = request_id()
    area = "plugin" if is_plugin else context.asked.action.partition(":")[0]
    if is_plugin or area in _AREAS:
        said["request_tag"] = area
    return said


def describe_briefly(context: Context) -> dict[str, JSON]:
    """Return what cloud code that runs beside the request is told."""
    said: dict[str, JSON] = {}
    if context.user_id is not None:
        said["user_id"] = context.user_id
    settings, given = context.settings, context.asked.api_key
    for kind, key in (("client", settings.api_key), ("master", settings.master_key)):
        if hmac.compare_digest(given.encode("utf-8", "replace"), key.encode()):
            said["access_key_type"] = kind
    return said
