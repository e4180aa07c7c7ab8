"""Pushing: notifications from cloud code to the devices of users."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from skysyn.dialects.skygear.dialect import Skygear
from skysyn.session.skygear import SkygearSession
from skysyn.transport import open_transport

from .context import current_options

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

    from skysyn.dialects.skygear.notifications import Notification
    from skysyn.models import JSON
    from skysyn.session.pushing import PushReport

    Pushed = Notification | Mapping[str, JSON]


def push_user(
    user_id: str, notification: Pushed, *, topic: str | None = None
) -> PushReport:
    """Push *notification* to every device of a user; see `push_users()`."""
    return push_users([user_id], notification, topic=topic)


def push_users(
    user_ids: Iterable[str], notification: Pushed, *, topic: str | None = None
) -> PushReport:
    """Push *notification* to every device of these users, of *topic* if given.

    It is a `skysyn.push.Notification`, or a dict with what each push service gets. The
    server sends it later: the report says who is known.

    Raises:
        QueryError: there is nobody to push to, or nothing.
        Unavailable: the app has no push service.
    """
    with _session() as session:
        return session.push_users(user_ids, notification, topic=topic)


def push_device(
    device_id: str, notification: Pushed, *, topic: str | None = None
) -> PushReport:
    """Push *notification* to a device; see `push_users()`."""
    return push_devices([device_id], notification, topic=topic)


def push_devices(
    device_ids: Iterable[str], notification: Pushed, *, topic: str | None = None
) -> PushReport:
    """Push *notification* to these devices; see `push_users()`."""
    with _session() as session:
        return session.push_devices(device_ids, notification, topic=topic)


@contextmanager
def _session() -> Generator[SkygearSession]:
    """Connect to the server of the app that runs now, as nobody of its users."""
    options = current_options()
    endpoint = options.skygear_endpoint
    dialect = Skygear(endpoint, api_key=options.apikey, access_token=None)
    # who sets the endpoint of cloud code knows the network that it is in
    host = urlsplit(endpoint).hostname or ""
    with SkygearSession(dialect, open_transport(allow_plaintext=host)) as session:
        yield session
