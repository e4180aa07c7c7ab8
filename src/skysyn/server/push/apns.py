"""APNs: Apple devices, over HTTP/2."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime
from http import HTTPStatus
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING
from urllib.parse import quote

import attrs
import httpx2
import jwt
from cryptography import x509
from cryptography.x509.oid import NameOID

from skysyn.errors import DeclarationError

from . import replies
from .kept import Kept
from .sender import Gone, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON
    from skysyn.server.store.devices import Device

    from .settings import APNs

_TOKEN_SECONDS = 45 * 60
"""Apple wants tokens that are younger than an hour, and not more than two in one."""


@attrs.frozen
class _Signing:
    """Signs tokens with a key of a team's."""

    _settings: APNs

    def __call__(self) -> tuple[str, float]:
        """Return a new token, and for how many seconds it is to be used."""
        claims = {"iss": self._settings.team_id, "iat": int(time.time())}
        headers = {"kid": self._settings.key_id}
        key = self._settings.key
        try:
            token = jwt.encode(claims, key, algorithm="ES256", headers=headers)
        except (ValueError, TypeError, jwt.PyJWTError):
            # what they say can have a piece of the key
            msg = "the key of APNs is none: give the text of a .p8 file"
            raise DeclarationError(msg) from None
        return token, _TOKEN_SECONDS


class APNsSender:
    """Sends to Apple devices; *trust* says whose certificates are believed."""

    def __init__(self, settings: APNs, trust: ssl.SSLContext | None = None) -> None:
        context = trust or ssl.create_default_context()
        self._topic: str | None = None
        self._tokens = Kept(_Signing(settings)) if settings.key else None
        if self._tokens is None:
            self._topic = _identify(context, settings)
        else:
            self._tokens.token()  # a key that is none is noticed at the start
        self._url = f"{settings.url.rstrip('/')}/3/device"
        self._client = httpx2.Client(http1=False, http2=True, verify=context)

    def send(self, device: Device, content: Mapping[str, JSON]) -> None:
        """Hand *content*, the payload, to Apple."""
        topic = self._topic or device.topic
        if not topic:
            msg = "the device has no topic, which is the id of its app"
            raise Refused(msg)
        headers = {"apns-topic": topic, **_kind(content)}
        reply = self._post(device, headers, content)
        if reply.is_success:
            return
        found = replies.read(reply)
        why = found.get("reason", f"status {reply.status_code}")
        if reply.status_code == HTTPStatus.GONE:
            raise Gone(str(why), _since(found.get("timestamp")))
        msg = f"APNs says {why}"
        raise Refused(msg)

    def _post(
        self, device: Device, headers: Mapping[str, str], content: Mapping[str, JSON]
    ) -> httpx2.Response:
        url = f"{self._url}/{quote(device.token, safe='')}"
        if self._tokens is None:
            return replies.post(self._client, url, headers, content)
        token = self._tokens.token()
        signed = {**headers, "authorization": f"bearer {token}"}
        reply = replies.post(self._client, url, signed, content)
        if replies.read(reply).get("reason") == "ExpiredProviderToken":
            self._tokens.drop(token)
            signed["authorization"] = f"bearer {self._tokens.token()}"
            reply = replies.post(self._client, url, signed, content)
        return reply

    def close(self) -> None:
        """End the connections."""
        self._client.close()


def _kind(content: Mapping[str, JSON]) -> dict[str, str]:
    """Return how urgent a payload is: one that shows nothing may wait."""
    match content.get("aps"):
        case dict(aps) if aps.keys() & {"alert", "sound", "badge"}:
            return {"apns-push-type": "alert", "apns-priority": "10"}
        case _:
            return {"apns-push-type": "background", "apns-priority": "5"}


def _since(milliseconds: JSON) -> datetime | None:
    if isinstance(milliseconds, (int, float)):
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    return None


def _identify(context: ssl.SSLContext, settings: APNs) -> str | None:
    """Show the certificate from now on; return the topic that it is for."""
    try:
        # the ssl module takes files only
        with NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(f"{settings.private_key}\n{settings.certificate}\n")
            file.flush()
            context.load_cert_chain(file.name)
        found = x509.load_pem_x509_certificate(settings.certificate.encode())
    except (ssl.SSLError, ValueError) as error:
        msg = "the certificate of APNs and its private key cannot be read: give both "
        raise DeclarationError(msg + "as PEM texts") from error
    names = found.subject.get_attributes_for_oid(NameOID.USER_ID)
    return str(names[0].value) if names else None
