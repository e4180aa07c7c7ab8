"""FCM: Android devices, by Firebase's HTTP v1 interface or by the older one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx2

from . import account, replies
from .kept import Kept
from .sender import Busy, Gone, Refused
from .settings import FCM_URL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON
    from skysyn.server.store.devices import Device

_GONE = {"NotRegistered", "InvalidRegistration"}
_LATER = {"Unavailable", "InternalServerError", "DeviceMessageRateExceeded"}


class FCMSender:
    """Sends by HTTP v1, as the service account that *text* describes."""

    def __init__(self, text: str, url: str = FCM_URL) -> None:
        known = account.load(text)
        self._client = httpx2.Client(http2=True)
        self._bearer = Kept(account.Exchange(known, self._client))
        project = quote(known.project_id, safe="")
        self._url = f"{url.rstrip('/')}/v1/projects/{project}/messages:send"

    def send(self, device: Device, content: Mapping[str, JSON]) -> None:
        """Hand *content*, an AndroidConfig, to Firebase."""
        message: dict[str, JSON] = {"token": device.token, "android": dict(content)}
        reply = self._post({"message": message})
        if reply.status_code == HTTPStatus.UNAUTHORIZED:
            # the token can have been withdrawn before its time
            reply = self._post({"message": message})
        if reply.is_success:
            return
        why = _reason(replies.read(reply)) or f"status {reply.status_code}"
        if why == "UNREGISTERED":
            raise Gone(why)
        msg = f"FCM says {why}"
        raise Refused(msg)

    def _post(self, body: Mapping[str, JSON]) -> httpx2.Response:
        token = self._bearer.token()
        headers = {"authorization": f"Bearer {token}"}
        reply = replies.post(self._client, self._url, headers, body)
        if reply.status_code == HTTPStatus.UNAUTHORIZED:
            self._bearer.drop(token)
        return reply

    def close(self) -> None:
        """End the connections."""
        self._client.close()


class LegacyFCMSender:
    """Sends by the interface of before HTTP v1, with a server key."""

    def __init__(self, server_key: str, url: str = FCM_URL) -> None:
        self._client = httpx2.Client(http2=True)
        self._headers = {"authorization": f"key={server_key}"}
        self._url = f"{url.rstrip('/')}/fcm/send"

    def send(self, device: Device, content: Mapping[str, JSON]) -> None:
        """Hand *content*, a message of that interface, to Firebase."""
        body: dict[str, JSON] = {**content, "to": device.token}
        reply = replies.post(self._client, self._url, self._headers, body)
        if not reply.is_success:
            msg = f"FCM says status {reply.status_code}"
            raise Refused(msg)
        match replies.read(reply).get("results"):
            case [{"error": str(why)}, *_] if why in _GONE:
                raise Gone(why)
            case [{"error": str(why)}, *_] if why in _LATER:
                raise Busy(why)
            case [{"error": why}, *_]:
                msg = f"FCM says {why}"
                raise Refused(msg)
            case _:
                return

    def close(self) -> None:
        """End the connections."""
        self._client.close()


def _reason(body: Mapping[str, JSON]) -> str:
    """Return the code that Firebase gives for an error."""
    match body.get("error"):
        case {"details": [*details]}:
            for detail in details:
                if isinstance(detail, dict) and isinstance(
                    code := detail.get("errorCode"), str
                ):
                    return code
        case _:
            pass
    match body.get("error"):
        case {"status": str(status)}:
            return status
        case _:
            return ""
