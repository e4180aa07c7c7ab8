"""Notices: devices are told of changes that they subscribed to (protocol §19)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

import attrs
import msgspec

from skysyn.dialects.skygear.subscriptions import load_query
from skysyn.errors import RemoteError

from .store import matching, subscriptions, users
from .store.caller import Caller, Scope
from .worker import Worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from skysyn.dialects.skygear.questions import Limits
    from skysyn.dialects.skygear.subscriptions import Subscription
    from skysyn.models import JSON

    from .hub import Hub
    from .push.pushing import Pushing
    from .store import Store, Work
    from .store.changes import Change
    from .store.devices import Device
    from .store.subscriptions import Watch


@attrs.frozen
class Notice:
    """What a device is told: that something happened, neither what nor to what."""

    device: Device
    subscription: Subscription
    number: int

    @property
    def data(self) -> dict[str, JSON]:
        """What is published."""
        return {"seq-num": self.number, "subscription-id": self.subscription.id}

    @property
    def notification(self) -> dict[str, JSON]:
        """What is pushed: to be shown if the subscription says how, else unseen."""
        data: dict[str, JSON] = {k: str(v) for k, v in self.data.items()}
        return {
            "apns": {"aps": _shown(self.subscription), "_skygear": self.data},
            "fcm": {"data": data},  # where values must be texts
        }


def _shown(subscription: Subscription) -> dict[str, JSON]:
    """Return how an Apple device shows a notice."""
    shown: dict[str, JSON] = {}
    info = subscription.notification
    if info is not None and info.aps.alert is not None:
        shown["alert"] = msgspec.to_builtins(info.aps.alert)
    if info is not None and info.aps.sound:
        shown["sound"] = info.aps.sound
    if info is not None and info.aps.should_badge:
        shown["badge"] = 1
    if not shown or (info and info.aps.should_send_content_available):
        shown["content-available"] = 1
    return shown


class Numbers:
    """Numbers that grow: seconds, and a counter within the second."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last = 0

    def next(self) -> int:
        """Return a number higher than all before."""
        with self._lock:
            self._last = max(self._last + 1, int(time.time()) << 28)
            return self._last


class Notices:
    """Tells devices of changes, in a thread of its own so that no writer waits.

    They are told on the channel of each device in *hub*, and by *pushing*.
    """

    def __init__(
        self, store: Store, limits: Limits, hub: Hub, pushing: Pushing
    ) -> None:
        self._store = store
        self._limits = limits
        self._hub = hub
        self._pushing = pushing
        self._numbers = Numbers()
        self._worker = Worker("notices")

    def observe(self, changes: Sequence[Change]) -> None:
        """Tell of *changes* who subscribed to them."""
        watched = self._store.watched
        told = [change for change in changes if change.id.type in watched]
        if told:
            self._worker.do(partial(self._tell, told))

    def settle(self, seconds: float | None = None) -> bool:
        """Wait until all changes so far are told; return whether they are."""
        return self._worker.settle(seconds)

    def close(self) -> None:
        """Tell nobody any more."""
        self._worker.close()

    def _tell(self, changes: Sequence[Change]) -> None:
        for notice in self._notices(changes):
            self._hub.publish(f"_sub_{notice.device.id}", notice.data)
            self._pushing.send([notice.device], notice.notification)

    def _notices(self, changes: Sequence[Change]) -> list[Notice]:
        with self._store.read() as work:
            watches = subscriptions.watching(work, {c.id.type for c in changes})
            callers = _callers(work, watches)
            return [
                Notice(watch.device, watch.subscription, self._numbers.next())
                for change in changes
                for watch in _concerned(change, watches)
                if self._matches(work, change, watch, callers[watch.device.user_id])
            ]

    def _matches(
        self, work: Work, change: Change, watch: Watch, caller: Caller
    ) -> bool:
        scope = Scope(watch.database)
        if not scope.is_public and caller.user_id != scope.id:
            return False
        try:
            asked = load_query(watch.subscription.query, self._limits)
        except RemoteError:
            return False  # what is allowed in a query can have become less
        return matching.finds(work, asked, change.record, caller, scope)


def _concerned(change: Change, watches: Iterable[Watch]) -> Iterator[Watch]:
    for watch in watches:
        record_type = watch.subscription.record_type
        if watch.database == change.database and record_type == change.id.type:
            yield watch


def _callers(work: Work, watches: Iterable[Watch]) -> dict[str | None, Caller]:
    """Return with whose rights each user's devices are told."""
    now = datetime.now(UTC)
    found: dict[str | None, Caller] = {None: Caller()}
    for user_id in {watch.device.user_id for watch in watches} - {None}:
        user = users.find(work, user_id or "")
        may = user is not None and not user.is_disabled(now)
        found[user_id] = Caller(user.id, user.roles) if user and may else Caller()
    return found
