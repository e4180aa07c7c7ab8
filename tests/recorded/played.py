"""Recorded exchanges as operations of our client, and as answers to compare."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeGuard

import attrs

from skysyn import Accsyn, Request, Response, Skygear
from skysyn.dialects.accsyn.endpoint import AccsynEndpoint
from skysyn.dialects.skygear.endpoint import SkygearEndpoint, Unreadable
from skysyn.errors import ConversionError, QueryError, RemoteError
from skysyn.testing.bindings import VARIABLE
from skysyn.testing.narrowing import is_items, is_mapping
from skysyn.testing.standins import TIMES, is_time

if TYPE_CHECKING:
    from skysyn.dialects.base import Dialect
    from skysyn.models import Operation
    from skysyn.testing.bindings import Bindings

_SOFT = {"message", "innerError", "trace"}
"""Texts for people, which are our own."""


def operation_of(request: Request) -> tuple[Dialect | None, Operation | None]:
    """Return who sent *request* and what they asked, if our client can ask it."""
    try:
        found = _accsyn(request) if "/api/v3/" in request.url else _skygear(request)
        found[0].encode(found[1])
    except (RemoteError, Unreadable, QueryError, ConversionError):
        return None, None
    return found


def _skygear(request: Request) -> tuple[Dialect, Operation]:
    path = request.url.partition("localhost:3000/")[2].replace("/", ":")
    endpoint = SkygearEndpoint(frozenset({path}))
    asked = endpoint.read(request)
    if request.method != "POST" or not asked.action or "/" in asked.action:
        raise Unreadable
    client = Skygear(
        "http://localhost:3000",
        api_key=asked.api_key or None,
        access_token=asked.access_token or None,
        user_id=asked.user_id or None,
    )
    return client, endpoint.operation(asked)


def _accsyn(request: Request) -> tuple[Dialect, Operation]:
    endpoint = AccsynEndpoint()
    asked = endpoint.read(request)
    assert asked.credentials is not None
    client = Accsyn(
        asked.workspace,
        username=asked.ident,
        api_key=asked.credentials.secret,
        hostname="localhost",
    )
    return client, endpoint.operation(asked)


@attrs.define
class Differences:
    """Compares recorded answers with live ones, and learns what ids became."""

    bindings: Bindings

    def live(self, request: Request) -> Request:
        """Return a recorded *request* about what there is now."""
        restore = self.bindings.restore
        return attrs.evolve(
            request,
            headers={name: restore(value) for name, value in request.headers.items()},
            body=self.bindings.answer(request.body),
        )

    def same(self, recorded: Response, live: Response) -> bool:
        """Return whether both answers mean the same to a program."""
        if recorded.status != live.status:
            return False
        was, now = (json.loads(r.body or b"null") for r in (recorded, live))
        return self._same(was, now)

    def _same(self, was: Any, now: Any) -> bool:
        if is_mapping(was) and is_mapping(now):
            return self._same_object(was, now)
        if is_items(was) and is_items(now):
            return self._same_list(was, now)
        if not isinstance(was, str) or not isinstance(now, str):
            return bool(was == now)
        if TIMES.fullmatch(was) and is_time(was):
            return TIMES.fullmatch(now) is not None
        return was == now or self.bindings.pair(was, now)

    def _same_object(self, was: dict[str, object], now: dict[str, object]) -> bool:
        names = {self.bindings.restore(k): k for k in was.keys() - _SOFT}
        # every pair is looked at, as each may tell what an id became
        found = [self._same(was[old], now[k]) for k, old in names.items() if k in now]
        return names.keys() == now.keys() - _SOFT and all(found)

    def _same_list(self, was: list[object], now: list[object]) -> bool:
        if _are_names(was) and _are_names(now):
            return sorted(was) == sorted(now)
        found = [self._same(*pair) for pair in zip(was, now, strict=False)]
        return len(was) == len(now) and all(found)


def _are_names(values: list[object]) -> TypeGuard[list[str]]:
    """Return whether these are names, of roles say, which have no certain order."""
    return all(isinstance(one, str) and not VARIABLE.search(one) for one in values)
