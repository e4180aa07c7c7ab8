"""Settings of push: by which services devices are reached."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # attrs resolves it

import attrs

from skysyn.errors import DeclarationError
from skysyn.server.validity import url as checked

from .sender import Sender

APNS = {
    "sandbox": "https://api.sandbox.push.apple.com",
    "production": "https://api.push.apple.com",
}
FCM_URL = "https://fcm.googleapis.com"


def _hidden(_: str | None) -> str:
    return "'***'"


@attrs.frozen(kw_only=True)
class APNs:
    """How Apple devices are reached: with a key of a team's, or with a certificate.

    *key* is the text of a .p8 file, *certificate* and *private_key* are PEM texts.
    """

    url: str = attrs.field(default=APNS["sandbox"], validator=checked("the APNs URL"))
    team_id: str = ""
    key_id: str = ""
    key: str = attrs.field(default="", repr=_hidden)
    certificate: str = ""
    private_key: str = attrs.field(default="", repr=_hidden)

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot work."""
        by_key = all((self.team_id, self.key_id, self.key))
        by_certificate = all((self.certificate, self.private_key))
        if by_key == by_certificate:
            msg = "APNs needs a team id, a key id and a key, or a certificate with its "
            raise DeclarationError(msg + "private key: give one of the two, whole")


@attrs.frozen(kw_only=True)
class FCM:
    """How Android devices are reached: as a service account, or with a server key.

    *account* is the text of the account's JSON file.
    """

    url: str = attrs.field(default=FCM_URL, validator=checked("the FCM URL"))
    account: str = attrs.field(default="", repr=_hidden)
    server_key: str = attrs.field(default="", repr=_hidden)

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot work."""
        if bool(self.account) == bool(self.server_key):
            msg = "FCM needs a service account or a server key: give one of the two"
            raise DeclarationError(msg)


@attrs.frozen(kw_only=True)
class Push:
    """By what notifications are sent.

    *record* keeps them in `server.pushes`, even if no service is there to send them.
    *senders* are services of one's own by the type of device: `ios`, `android` or
    `baidu-android`. *pause* is how many seconds pass before the second attempt; each
    further one waits twice as long.
    """

    record: bool = False
    apns: APNs | None = None
    fcm: FCM | None = None
    senders: Mapping[str, Sender] = attrs.field(factory=dict[str, Sender])
    pause: float = 0.5

    @property
    def is_on(self) -> bool:
        """Whether anything can be sent."""
        return self.record or bool(self.apns or self.fcm or self.senders)
