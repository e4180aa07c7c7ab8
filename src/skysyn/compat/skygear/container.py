"""Containers: any action of the server, asked from cloud code."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

from typing_extensions import override

from skysyn.errors import ProtocolError
from skysyn.models import is_object
from skysyn.transport import Request, Timeout, open_transport

from .database import Database
from .encoding import dump_date
from .options import options

Wire = dict[str, Any]


class Transmitter(Protocol):
    """What carries actions to a server."""

    def send_action(
        self, action_name: str, payload: Wire, url: str, timeout: float | None
    ) -> Wire:
        """Return the answer to an action."""
        ...


class PayloadEncoder(json.JSONEncoder):
    """Writes times as texts."""

    @override
    def default(self, o: object) -> object:
        return dump_date(o) if isinstance(o, datetime) else super().default(o)


class HttpTransmitter:
    """Asks a server over HTTP; each action once, on a connection of its own."""

    def send_action(
        self,
        action_name: str,  # noqa: ARG002  # others carry it in place of the URL
        payload: Wire,
        url: str,
        timeout: float | None,
    ) -> Wire:
        """Return the answer to an action."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        body = json.dumps(payload, cls=PayloadEncoder).encode()
        # who sets the endpoint of cloud code knows the network that it is in
        host = urlsplit(url).hostname or ""
        limits = Timeout(connect=timeout, read=timeout)
        with open_transport(retry=None, timeout=limits, allow_plaintext=host) as line:
            response = line.send(Request("POST", url, headers, body))
        try:
            answer = json.loads(response.body)
        except ValueError as error:
            msg = f"{url} answered something else than JSON"
            start = response.body[:200].decode(errors="replace")
            raise ProtocolError(msg, status=response.status, start=start) from error
        return _object(answer)


def send_action(url: str, payload: Wire, timeout: float = 60) -> Wire:
    """Return the answer to *payload*; `SkygearContainer` knows the URL and the key."""
    return HttpTransmitter().send_action("", payload, url, timeout)


class SkygearContainer:
    """Asks for actions with the api key, or the master key and a user to act as.

    What is not given is that of the app that runs now.
    """

    endpoint: str = ""
    api_key: str | None = None
    app_name: str = ""
    transport: Transmitter | None = None

    def __init__(
        self,
        endpoint: str | None = None,
        api_key: str | None = None,
        access_token: str | None = None,
        user_id: str | None = None,
        transport: Transmitter | None = None,
    ) -> None:
        self.endpoint = endpoint or self.endpoint or options.skygear_endpoint
        self.api_key = api_key or self.api_key or options.apikey
        self.access_token = access_token
        self.user_id = user_id
        self.transport = transport or self.transport or HttpTransmitter()
        self.public_database = Database(self, "_public")
        self.private_database = Database(self, "_private")

    def send_action(
        self,
        action_name: str,
        params: Wire,
        plugin_request: bool = False,  # the original's order
        timeout: float | None = 60,
    ) -> Wire:
        """Return the server's answer to an action: its `result`, or its `error`.

        Raises:
            TransportError: no answer came.
        """
        payload: Wire = {**params, "action": action_name}
        if self.access_token:
            payload["access_token"] = self.access_token
        if self.api_key:
            payload["api_key"] = self.api_key
        if self.user_id:
            payload["_user_id"] = self.user_id
        if plugin_request:
            payload["_from_plugin"] = True
        url = f"{self.endpoint.rstrip('/')}/{action_name.replace(':', '/')}"
        line = self.transport or HttpTransmitter()
        return line.send_action(action_name, payload, url, timeout)

    @classmethod
    def set_default_app_name(cls, app_name: str) -> None:
        """Set the name of the app."""
        cls.app_name = app_name

    @classmethod
    def get_default_app_name(cls) -> str:
        """Return the name of the app."""
        return cls.app_name or str(options.appname)

    @classmethod
    def set_default_endpoint(cls, endpoint: str) -> None:
        """Set where containers ask that are given no endpoint."""
        cls.endpoint = endpoint

    @classmethod
    def set_default_apikey(cls, api_key: str) -> None:
        """Set the key of containers that are given none."""
        cls.api_key = api_key

    @classmethod
    def set_default_transport(cls, transport: Transmitter) -> None:
        """Set what carries the actions of containers that are given nothing."""
        cls.transport = transport


def _object(answer: Any) -> Wire:
    if is_object(answer):
        return {str(name): value for name, value in answer.items()}
    return {"result": answer}
