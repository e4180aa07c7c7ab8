"""Pushing: notifications go out in the background, again if a service is busy."""

from __future__ import annotations

import logging
import random
from functools import partial
from typing import TYPE_CHECKING

from skysyn.server.store import devices
from skysyn.server.worker import Worker

from .recorder import Recorder, Sent
from .sender import Busy, Gone, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from skysyn.models import JSON
    from skysyn.server.store import Store
    from skysyn.server.store.devices import Device

    from .sender import Sender

    Notification = Mapping[str, JSON]

_ATTEMPTS = 5
_LONGEST = 60.0
_THREADS = 4
_KEYS = {
    "ios": ("apns",),
    "android": ("fcm", "gcm"),
    "baidu-android": ("baidu-android",),
}
"""Under what a notification has the content for each type of device."""
_log = logging.getLogger("skysyn.server.push")


class Pushing:
    """Sends by *senders*, one for each type of device; *is_on* if it may be asked to.

    Nobody waits: what became of each notification is in *recorder* later.
    """

    def __init__(
        self, store: Store, senders: Mapping[str, Sender], *, is_on: bool, pause: float
    ) -> None:
        self._store = store
        self._senders = senders
        self._pause = pause
        self._worker = Worker("push", threads=_THREADS)
        self.is_on = is_on
        self.recorder = Recorder()

    def send(self, to: Iterable[Device], notification: Notification) -> None:
        """Send *notification* soon; a token gets it once."""
        if not self.is_on:
            return
        for device in {device.token or device.id: device for device in to}.values():
            self._worker.do(partial(self._send, device, notification))

    def settle(self, seconds: float | None = None) -> bool:
        """Wait until everything so far is sent; return whether it is."""
        return self._worker.settle(seconds)

    def close(self) -> None:
        """Send nothing more."""
        self._worker.close()
        for sender in self._senders.values():
            sender.close()

    def _send(self, device: Device, notification: Notification) -> None:
        content = _content(device, notification)
        if content is None:
            outcome = f"the notification has nothing for {device.type}"
        else:
            outcome = self._deliver(device, content)
        if outcome not in {"sent", "kept"}:
            _log.warning("device %s: not sent: %s", device.id, outcome)
        self.recorder.keep(Sent(device, content or {}, outcome))

    def _deliver(self, device: Device, content: Mapping[str, JSON]) -> str:
        """Return what became of the notification."""
        sender = self._senders.get(device.type)
        if sender is None:
            return "kept"
        if not device.token:
            return "the device has no token"
        try:
            return self._insist(sender, device, content)
        except Gone as gone:
            self._forget(device, gone)
            return "gone"
        except Refused as refused:
            return str(refused)
        except Exception as error:
            _log.exception("a push service failed in a way that nobody foresaw")
            return type(error).__name__

    def _insist(
        self, sender: Sender, device: Device, content: Mapping[str, JSON]
    ) -> str:
        attempt = 1
        while True:
            try:
                sender.send(device, content)
            except Busy as busy:
                if attempt == _ATTEMPTS:
                    return f"{busy}, {_ATTEMPTS} times"
                if self._worker.closing.wait(self._seconds(busy, attempt)):
                    return f"{busy}, and the server stops"
                attempt += 1
            else:
                return "sent"

    def _seconds(self, busy: Busy, attempt: int) -> float:
        """Return how long to wait after an attempt."""
        longer = self._pause * 2 ** (attempt - 1) * random.uniform(1, 1.5)  # noqa: S311  # jitter is no secret
        return min(longer if busy.after is None else busy.after, _LONGEST)

    def _forget(self, device: Device, gone: Gone) -> None:
        if gone.since is not None and device.registered_at > gone.since:
            return  # it came back since then
        with self._store.write() as work:
            devices.forget(work, device)


def _content(device: Device, notification: Notification) -> Mapping[str, JSON] | None:
    for key in _KEYS.get(device.type, ()):
        found = notification.get(key)
        if isinstance(found, dict):
            return found
    return None
