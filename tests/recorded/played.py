"""Recorded exchanges as operations of our client, and as answers to compare."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeGuard
from urllib.parse import parse_qs, unquote, urlsplit

import attrs

from skysyn import Accsyn, Request, Response, Skygear
from skysyn.dialects.accsyn.endpoint import AccsynEndpoint
from skysyn.dialects.skygear.endpoint import SkygearEndpoint, Unreadable
from skysyn.errors import ConversionError, QueryError, RemoteError
from skysyn.testing.bindings import VARIABLE
from skysyn.testing.encodings import rewrite
from skysyn.testing.narrowing import is_items, is_mapping
from skysyn.testing.standins import NEVER, TIMES, is_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skysyn.dialects.base import Dialect
    from skysyn.models import Operation
    from skysyn.testing.bindings import Bindings
    from skysyn.testing.exchanges import Exchange

_SOFT = {"message", "innerError", "trace", "Accept-Encoding", "User-Agent"}
"""Texts for people, which are our own, and what cloud code sees of the client."""


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
    """Compares recorded answers with live ones, and learns what ids became.

    *signed* are live queries of URLs by the alias of the recorded signature.
    """

    bindings: Bindings
    signed: dict[str, str] = attrs.field(factory=dict[str, str])

    def live(self, request: Request) -> Request:
        """Return a recorded *request* about what there is now."""
        restore = self.bindings.restore
        url = rewrite(request.url, restore)
        query = self.signed.get(_signature(request.url))
        if query is not None and _is_untouched(request.url):
            url = f"{url.partition('?')[0]}?{query}"
        return attrs.evolve(
            request,
            url=url,
            headers={name: restore(value) for name, value in request.headers.items()},
            body=self.bindings.answer(request.body),
        )

    def same(self, recorded: Exchange, live: Response) -> bool:
        """Return whether both answers mean the same to a program."""
        if recorded.response.status != live.status:
            return False
        return recorded.request.method == "HEAD" or self._same_body(
            recorded.response, live
        )

    def _same_body(self, recorded: Response, live: Response) -> bool:
        try:
            was, now = (json.loads(r.body or b"null") for r in (recorded, live))
        except ValueError:
            return recorded.body == live.body
        return self._same(was, now)

    def _same_url(self, was: str, now: str) -> bool:
        """Compare URLs of a file, which are signed anew each time."""
        self.signed[_signature(was)] = urlsplit(now).query
        paths = [unquote(urlsplit(url).path) for url in (was, now)]
        return self.bindings.pair(*paths)

    def _same(self, was: Any, now: Any) -> bool:
        if is_mapping(was) and is_mapping(now):
            return self._same_object(was, now)
        if is_items(was) and is_items(now):
            return self._same_list(was, now)
        if not isinstance(was, str) or not isinstance(now, str):
            return bool(was == now)
        if _signature(was) and _signature(now):
            return self._same_url(was, now)
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
        if len(was) != len(now):
            return False
        pairs = zip(was, self._aligned(was, now), strict=True)
        found = [self._same(*pair) for pair in pairs]
        return all(found)

    def _aligned(
        self, was: Sequence[object], now: Sequence[object]
    ) -> Sequence[object]:
        """Return *now* in the order of *was* if both are the same records.

        The order itself is compared by another test: some of it is accidental.
        """
        live = dict(zip(map(_id_of, now), now, strict=True))
        wanted = [self.bindings.restore(_id_of(one)) for one in was]
        are_same = sorted(live) == sorted(wanted)
        return [live[one] for one in wanted] if are_same else now


def _id_of(one: object) -> str:
    """Return the id of a record, or what nothing else is equal to."""
    found = one.get("_id") if is_mapping(one) else None
    return found if isinstance(found, str) else f"({id(one)})"


def _are_names(values: list[object]) -> TypeGuard[list[str]]:
    """Return whether these are names, of roles say, which have no certain order."""
    return all(isinstance(one, str) and not VARIABLE.search(one) for one in values)


def _signature(url: str) -> str:
    """Return the signature in *url*, which is empty if it has none."""
    found = parse_qs(urlsplit(url).query) if url.startswith("http") else {}
    return next(iter(found.get("signature", [])), "")


def _is_untouched(url: str) -> bool:
    """Return whether *url* is good for as long as it was given out for."""
    return parse_qs(urlsplit(url).query).get("expiredAt") == [NEVER]
