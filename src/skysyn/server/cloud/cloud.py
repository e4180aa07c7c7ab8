"""Cloud: the cloud code of a server, called within its limits."""

from __future__ import annotations

import logging
import time
from threading import Thread, current_thread
from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.skygear.refusals import refuse, unexpected
from skysyn.errors import RemoteError

from . import registration
from .connections import abandon, interrupt, noted
from .limits import Limits
from .registration import Registration
from .routes import Routes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from skysyn.models import JSON

    from .code import CloudCode, Connect

_log = logging.getLogger("skysyn.server")
ASYNC_SECONDS = 60.0
_START = ("after-config", "before-plugins-ready", "after-plugins-ready", "server-ready")


@attrs.frozen
class Cloud:
    """Cloud code with what it offers; without any it offers nothing."""

    code: CloudCode | None = None
    offers: Registration = attrs.field(factory=Registration)
    routes: Routes = attrs.field(factory=Routes)
    ops: Mapping[str, registration.Op] = attrs.field(factory=dict[str, registration.Op])
    limits: Limits = attrs.field(factory=Limits)
    _beside: set[Thread] = attrs.field(factory=set[Thread], init=False)

    def call(
        self,
        message: Mapping[str, JSON],
        seconds: float | None,
        connection: Connect | None = None,
    ) -> JSON:
        """Return the result of one call, which may take so many seconds.

        Raises:
            RemoteError: the code refuses or fails, or took longer.
        """
        code = self.code
        if code is None:
            raise refuse(117, "there is no cloud code")
        what = f"{message.get('kind')} {message.get('name')}"
        with noted() as opened:
            try:
                reply = self.limits.run(
                    seconds, lambda: code.answer(message, connection), what
                )
            except BaseException:
                for one in opened:
                    abandon(one)
                if connection is not None:
                    interrupt(connection())
                raise
        return _result(reply)

    def tell(self, message: Mapping[str, JSON]) -> None:
        """Call the code beside the request; nobody waits, and errors are logged."""

        def work() -> None:
            try:
                self.call(message, ASYNC_SECONDS)
            except Exception:
                _log.exception("%s %s failed", message["kind"], message["name"])
            finally:
                self._beside.discard(current_thread())

        if self.code is not None:
            thread = Thread(target=work, name="skysyn-cloud", daemon=True)
            self._beside.add(thread)
            try:
                thread.start()
            except RuntimeError:  # the request is answered all the same
                self._beside.discard(thread)
                _log.exception("%s %s was not called", message["kind"], message["name"])

    def finish(self, seconds: float = 5.0) -> None:
        """Wait for what runs beside requests, but not longer than so many seconds."""
        until = time.monotonic() + seconds
        for thread in [*self._beside]:
            thread.join(max(0.0, until - time.monotonic()))

    def close(self) -> None:
        """Close what the code is connected to."""
        if self.code is not None:
            self.code.close()


def start(code: CloudCode, config: JSON, seconds: float | None) -> Cloud:
    """Return *code* as it is to be called, after its start (protocol §20.2).

    Raises:
        RemoteError: it failed to start.
        DeclarationError: it does not say what it offers.
    """
    cloud = Cloud(code)
    _announce(cloud, ["before-config"], config, seconds)
    said = cloud.call(_event("init", config), seconds)
    offers = registration.load(said)
    _announce(cloud, _START, config, seconds)
    ops = {op.name: op for op in offers.op}
    return Cloud(code, offers, Routes(offers.handler), ops, cloud.limits)


def _announce(
    cloud: Cloud, names: Iterable[str], config: JSON, seconds: float | None
) -> None:
    for name in names:
        try:
            cloud.call(_event(name, config), seconds)
        except RemoteError as error:
            # without a traceback, as that would be only ours
            said = "cloud code failed at the event %s: %s"
            _log.error(said, name, error)


def _event(name: str, config: JSON) -> dict[str, JSON]:
    return {"kind": "event", "name": name, "param": {"config": config}}


def _result(reply: Mapping[str, JSON]) -> JSON:
    """Return the result in *reply*, or raise the error."""
    error = reply.get("error")
    if error is None:
        return reply.get("result")
    raise _refusal(error)


def _refusal(said: JSON) -> RemoteError:
    if not isinstance(said, dict):
        return unexpected("the cloud code failed without saying how")
    code, message, info = said.get("code"), said.get("message"), said.get("info")
    known = code if isinstance(code, int) and code else 0
    text = message if isinstance(message, str) else ""
    made = refuse(
        known or 10000,
        text or "An unexpected error has occurred in the plugin.",
        info=_without_trace(info) if isinstance(info, dict) else None,
    )
    if not known:
        made.name = "ErrorCode(0)"
    return made


def _without_trace(info: dict[str, JSON]) -> dict[str, JSON]:
    """Return *info* without the traceback that the original runtime puts into it."""
    if "trace" in info:
        _log.error("cloud code failed: %s", info["trace"])
    return {name: value for name, value in info.items() if name != "trace"}
