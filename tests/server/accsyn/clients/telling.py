"""Telling: each step of a story as a line of JSON, alike wherever it is told.

It is run by the clients' own environments, so it needs nothing but Python.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import re
import socket
import sys
import time
import webbrowser
from datetime import date
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Callable

_ID = re.compile(r"\b([0-9a-f]{24}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d)?")
_SECONDS = 120
CALLED = "methods that were called"


class Teller:
    """Does steps, and says what came of them without what differs by chance."""

    def __init__(self, refusals: tuple[type[Exception], ...]) -> None:
        self._refusals = refusals
        self._ids: dict[str, int] = {}

    def __call__(
        self, step: str, call: Callable[..., Any], *args: Any, **more: Any
    ) -> Any:
        """Do a step; return its result."""
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                result = call(*args, **more)
        except self._refusals as error:
            self._say(step, "refused", self._text(str(error)))
            return None
        self._say(step, "result", self._plain(result))
        return result

    def here(
        self, step: str, call: Callable[..., Any], *args: Any, **more: Any
    ) -> None:
        """Do a step that a client itself may refuse, in words of its own."""
        told = "accepted"
        refusals: tuple[type[Exception], ...] = (AssertionError, *self._refusals)
        try:
            call(*args, **more)
        except refusals:
            told = "refused"
        self._say(step, "here", told)

    def until(
        self, step: str, call: Callable[[], Any], wanted: Callable[[Any], bool]
    ) -> Any:
        """Ask until *wanted* holds for the result."""
        end = time.monotonic() + _SECONDS
        result = call()
        while not wanted(result) and time.monotonic() < end:
            time.sleep(0.02)
            result = call()
        return self(step, lambda: result)

    def _say(self, step: str, how: str, told: object) -> None:
        line = json.dumps({"step": step, how: told}, sort_keys=True)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def _plain(self, value: Any) -> Any:
        if isinstance(value, dict):
            members = cast("dict[str, Any]", value)
            return {self._text(key): self._plain(members[key]) for key in members}
        if isinstance(value, (list, tuple)):
            items = cast("list[Any]", value)
            return [self._plain(item) for item in items]
        if isinstance(value, date):
            return "<date>"
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        text = _ID.sub(self._numbered, text)
        text = text.replace(os.environ["STORY_FOLDER"], "<folder>")
        # not in the middle of a text: a host may be named like any word
        return "<host>" if text == socket.gethostname() else _DATE.sub("<date>", text)

    def _numbered(self, found: re.Match[str]) -> str:
        number = self._ids.setdefault(found[0], len(self._ids) + 1)
        return f"<id {number}>"


def open_session(**more: Any) -> tuple[Any, Teller]:
    """Return a session of the client under test, and what tells of it."""
    module = importlib.import_module(os.environ["STORY_MODULE"])
    options = json.loads(os.environ["STORY_OPTIONS"])
    if "ca" in options:
        # only ours looks at certificates
        transport = importlib.import_module("skysyn.transport")
        options["transport"] = transport.open_transport(verify=options.pop("ca"))
    return module.Session(**{**options, **more}), Teller(_refusals(module))


def _refusals(module: Any) -> tuple[type[Exception], ...]:
    names = ("AccsynException", "accsynException", "SkysynError")
    homes = [importlib.import_module(module.Session.__module__)]
    if module.__name__.startswith("skysyn"):
        homes.append(importlib.import_module("skysyn.errors"))
    found = [getattr(home, name, None) for home in homes for name in names]
    return tuple(kind for kind in found if kind is not None)


def by(name: str, value: object) -> Callable[[Any], bool]:
    """Return the question whether a result has *value* under *name*."""
    return lambda found: bool(found) and found.get(name) == value


class Noting:
    """A session that notes which of its methods a story calls."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.called: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.called.add(name)
        return getattr(self._session, name)


def run(*chapters: Callable[[Any, Teller], None]) -> None:
    """Tell all chapters with one session, and then what they called."""
    session, tell = open_session()
    noting = Noting(session)
    # `help()` would open one
    webbrowser.open = _open_nothing
    for chapter in chapters:
        chapter(noting, tell)
    tell(CALLED, lambda: sorted(noting.called))


def _open_nothing(url: str, new: int = 0, autoraise: bool = True) -> bool:
    del url, new, autoraise
    return True
