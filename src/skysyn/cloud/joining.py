"""Joining: several pieces of cloud code that are asked as one (protocol §20.2)."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

from skysyn.dialects.skygear.refusals import refuse
from skysyn.errors import DeclarationError

from . import faults
from .assets import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skysyn.models import JSON

    from .calls import Connect
    from .database import Connects
    from .registry import Wire

_log = logging.getLogger("skysyn.cloud")
_KINDS = ("op", "handler", "hook", "timer", "event", "provider")
_STATIC = ("handler", ROOT, "GET")
_ABSENT = 110
Key = tuple[str, str, str]
"""A kind, a name, and for handlers the method."""


class Code(Protocol):
    """Cloud code in this process, or one that is reached by messages."""

    def answer(
        self, message: Mapping[str, JSON], connection: Connect | None = None, /
    ) -> Mapping[str, JSON]:
        """Return the reply to one message of the plugin protocol."""
        ...

    def use(self, connect: Connects, /) -> None:
        """Open transactions by *connect* from now on."""
        ...

    def close(self) -> None:
        """Give back the connections."""
        ...


class Joined:
    """Several pieces of cloud code by their names, asked as one.

        Server(code=Joined({"shop": shop, "news": news}))

    What two of them offer by one name is asked of the later.
    """

    def __init__(self, codes: Mapping[str, Code]) -> None:
        self.codes = dict(codes)
        self._owners: dict[Key, list[Code]] = {}

    def use(self, connect: Connects, /) -> None:
        """Open transactions by *connect* from now on."""
        for code in self.codes.values():
            code.use(connect)

    def close(self) -> None:
        """Give back the connections of all."""
        with ExitStack() as stack:
            for code in self.codes.values():
                stack.callback(code.close)

    def answer(
        self, message: Mapping[str, JSON], connection: Connect | None = None, /
    ) -> Mapping[str, JSON]:
        """Return the reply to one message of the plugin protocol.

        Raises:
            DeclarationError: the code says something else than what it offers.
        """
        match _key(message):
            case ("event", "init", _):
                return self._start(message)
            case ("event", _, _):
                return self._tell(message, connection)
            case key:
                return self._ask(key, message, connection)

    def _start(self, message: Mapping[str, JSON]) -> Mapping[str, JSON]:
        """Return what all offer, or the first error; note who offers it."""
        offers: dict[Key, JSON] = {}
        owners: dict[Key, list[Code]] = {}
        for name, code in self.codes.items():
            reply = code.answer(message)
            if reply.get("error") is not None:
                return reply
            for key, offer in _offers(name, reply.get("result")):
                if key in owners and key[0] != "event" and key != _STATIC:
                    said = "%s %s is now that of %s, which is loaded later"
                    _log.warning(said, key[0], key[1], name)
                offers[key] = offer
                owners.setdefault(key, []).insert(0, code)
        self._owners = owners
        return {"result": _by_kind(offers)}

    def _tell(
        self, message: Mapping[str, JSON], connection: Connect | None
    ) -> Mapping[str, JSON]:
        replies = [code.answer(message, connection) for code in self.codes.values()]
        failed = (reply for reply in replies if reply.get("error") is not None)
        return next(failed, {"result": None})

    def _ask(
        self, key: Key, message: Mapping[str, JSON], connection: Connect | None
    ) -> Mapping[str, JSON]:
        if not self._owners:  # a server that runs longer than this does not begin anew
            started = self._start({"kind": "event", "name": "init"})
            if started.get("error") is not None:
                return started
        reply: Mapping[str, JSON] | None = None
        for code in self._owners.get(key, []):
            reply = code.answer(message, connection)
            if key != _STATIC or not _is_absent(reply):
                return reply
        if reply is not None:
            return reply
        error = refuse(117, f"the cloud code has no {key[0]} {key[1]!r}")
        return {"error": faults.dump(error)}


def join(codes: Mapping[str, Code]) -> Code:
    """Return *codes* as one: a single one as it is."""
    return next(iter(codes.values())) if len(codes) == 1 else Joined(codes)


def _key(message: Mapping[str, JSON]) -> Key:
    kind, name = str(message.get("kind")), str(message.get("name"))
    param = message.get("param")
    if kind != "handler" or not isinstance(param, dict):
        return kind, name, ""
    return kind, name, str(param.get("method"))


def _is_absent(reply: Mapping[str, JSON]) -> bool:
    error = reply.get("error")
    return isinstance(error, dict) and error.get("code") == _ABSENT


def _offers(name: str, said: JSON) -> Iterator[tuple[Key, Wire]]:
    """Yield each thing that *said*, the registration of the code *name*, offers."""
    groups = {} if said is None else _object(name, said)
    for kind in _KINDS:
        entries = groups.get(kind)
        for entry in entries if isinstance(entries, list) else _none(name, entries):
            yield from _keyed(kind, _object(name, entry))


def _keyed(kind: str, offer: Wire) -> Iterator[tuple[Key, Wire]]:
    name = str(offer.get("id" if kind == "provider" else "name"))
    methods = offer.get("methods")
    if kind != "handler" or not isinstance(methods, list):
        yield (kind, name, ""), offer
        return
    for method in methods:
        yield (kind, name, str(method)), {**offer, "methods": [method]}


def _by_kind(offers: Mapping[Key, JSON]) -> Wire:
    return {
        kind: [offer for key, offer in offers.items() if key[0] == kind]
        for kind in _KINDS
    }


def _object(name: str, said: JSON) -> Wire:
    if isinstance(said, dict):
        return said
    msg = f"{name} does not say what it offers: {said!r:.80} is no object"
    raise DeclarationError(msg)


def _none(name: str, said: JSON) -> list[JSON]:
    if said is None:
        return []
    msg = f"{name} does not say what it offers: {said!r:.80} is no list"
    raise DeclarationError(msg)
