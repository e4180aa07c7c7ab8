"""Ask an endpoint, and see how it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from skysyn import Request
from skysyn.dialects.skygear.endpoint import SkygearEndpoint
from skysyn.errors import RemoteError

if TYPE_CHECKING:
    from skysyn import JSON

ENDPOINT = SkygearEndpoint(frozenset({"me", "record:query", "record:save"}))


def asked(action: str, **payload: JSON) -> Request:
    body = msgspec.json.encode({"action": action, **payload})
    return Request("POST", "http://localhost/", body=body)


def refused(request: Request, endpoint: SkygearEndpoint = ENDPOINT) -> tuple[Any, str]:
    with pytest.raises(RemoteError) as caught:
        endpoint.parse(request)
    return caught.value.code, caught.value.message
