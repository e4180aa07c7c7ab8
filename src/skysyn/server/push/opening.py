"""Opening: the senders that settings ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.errors import StateError

from .pushing import Pushing

if TYPE_CHECKING:
    from skysyn.server.store import Store

    from .sender import Sender
    from .settings import Push


def open_pushing(settings: Push, store: Store) -> Pushing:
    """Return what sends as *settings* say.

    Raises:
        DeclarationError: a key or a certificate cannot be read.
        StateError: the packages that speak to the services are not installed.
    """
    senders = dict(settings.senders)
    if settings.apns or settings.fcm:
        try:
            senders = {**_services(settings), **senders}
        except ImportError as error:
            msg = "pushing to devices needs its extra: pip install 'skysyn[push]'"
            raise StateError(msg) from error
    return Pushing(store, senders, is_on=settings.is_on, pause=settings.pause)


def _services(settings: Push) -> dict[str, Sender]:
    # not at the top: a server without push should not need their packages
    from .apns import APNsSender  # noqa: PLC0415  # only when it is wanted
    from .fcm import FCMSender, LegacyFCMSender  # noqa: PLC0415  # only when it is wanted

    found: dict[str, Sender] = {}
    if settings.apns:
        found["ios"] = APNsSender(settings.apns)
    match settings.fcm:
        case None:
            pass
        case fcm if fcm.account:
            found["android"] = FCMSender(fcm.account, fcm.url)
        case fcm:
            found["android"] = LegacyFCMSender(fcm.server_key, fcm.url)
    return found
