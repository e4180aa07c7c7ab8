"""Accsyn: settings of one workspace, and operations as its events."""

from __future__ import annotations

import base64
import os
import re
import socket
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from uuid import uuid4

import attrs
import msgspec

from skysyn.arguments import check_argument, check_secret
from skysyn.dialects import masking
from skysyn.dialects.base import Dialect
from skysyn.errors import DeclarationError, ProtocolError, RemoteError
from skysyn.transport import Effect, Request

from . import answers, events, legacy, operations, settings
from .secrets import PLACES

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from attrs import Attribute

    from skysyn.dialects.secrets import SecretPlaces
    from skysyn.models import JSON, Operation, Result
    from skysyn.transport import Response

    from .events import Event

Version: TypeAlias = Literal["v3", "v1"]

REGISTRY = "https://master.accsyn.com/api/v3/J3PKTtDvolDMBtTy6AFGA"
OLD_REGISTRY = "https://registry.accsyn.com/api/v1.0/registry/organization/domain"
BASES: dict[Version, str] = {"v3": "/api/v3", "v1": "/api/v1.0"}
LOGINS: dict[Version, str] = {"v3": "/api/login", "v1": "/user/login/auth"}

_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\]")
_WORKSPACE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class _Server(msgspec.Struct):
    hostname: str
    port: int = 443


class _Login(msgspec.Struct):
    id: str
    session_id: str
    role: str | None = None


class _OldLogin(msgspec.Struct):
    id: str
    session_key: str
    clearance: str | None = None


def _secret(value: str | None) -> str:
    return repr(value if value is None else "***")


@attrs.frozen
class Identity:
    """Who is logged in: what the service answered to the login."""

    user_id: str
    role: str | None
    session: str = attrs.field(repr=_secret)
    session_key: str | None = attrs.field(default=None, repr=_secret)


def _named_workspace(accsyn: Accsyn) -> str:
    return settings.setting(settings.WORKSPACE, accsyn.env_file) or ""


def _named_user(accsyn: Accsyn) -> str:
    return settings.setting(settings.USER, accsyn.env_file) or ""


def _named_session_key(accsyn: Accsyn) -> str | None:
    if accsyn.password or settings.setting(settings.KEY, accsyn.env_file):
        return None
    return settings.setting(settings.SESSION_KEY, accsyn.env_file)


def _named_key(accsyn: Accsyn) -> str | None:
    if accsyn.password or accsyn.session_key:
        return None
    return settings.setting(settings.KEY, accsyn.env_file)


def _needed_version(accsyn: Accsyn) -> Version:
    return "v3" if accsyn.api_key else "v1"


def _check_workspace(_: Accsyn, __: object, value: str) -> None:
    takes = "workspace is its short code, such as 'acmefilm'"
    check_argument(value, str, takes, DeclarationError)
    if not _WORKSPACE.fullmatch(value):
        msg = (
            f"{value!r} is no workspace: pass its short code, such as 'acmefilm', "
            "or set ACCSYN_WORKSPACE"
        )
        raise DeclarationError(msg)


def _check_username(_: Accsyn, __: object, value: str) -> None:
    check_argument(value, str, "username= is an email address", DeclarationError)
    if not value.strip():
        msg = "there is no user: pass username= (an email) or set ACCSYN_API_USER"
        raise DeclarationError(msg)


def _check_hostname(_: Accsyn, __: object, value: str | None) -> None:
    if value is None:
        return
    check_argument(value, str, "hostname= is the name of a server", DeclarationError)
    if not _HOST.fullmatch(value):
        msg = f"{value!r} is no host name: leave out the scheme, port and path"
        raise DeclarationError(msg)


def _check_port(_: Accsyn, __: object, value: int | None) -> None:
    if value is None:
        return
    check_argument(value, int, "port= is a whole number", DeclarationError)
    if not 0 < value < 65_536:
        msg = f"{value!r} is no port: ports are 1 to 65535"
        raise DeclarationError(msg)


def _check_secret(_: object, attribute: Attribute[Any], value: str | None) -> None:
    check_secret(value, attribute.name)


def _check_credentials(accsyn: Accsyn, _: object, value: Version) -> None:
    if not (accsyn.api_key or accsyn.password or accsyn.session_key):
        msg = "there is no key: pass api_key= or set ACCSYN_API_KEY"
        raise DeclarationError(msg)
    if value == "v3" and not accsyn.api_key:
        msg = "API version 3 takes an api_key only, no password or session key"
        raise DeclarationError(msg)


@attrs.frozen
class Accsyn(Dialect):
    """One accsyn workspace and who uses it.

    Log in with an *api_key*, or, to services of the first API version, also with a
    *password* or a *session_key*. *hostname* and *port* are asked of accsyn's registry
    if they are left out. What is not given is read from *env_file*, then from
    `ACCSYN_WORKSPACE` (or `ACCSYN_DOMAIN`, `ACCSYN_ORG`), `ACCSYN_API_USER`,
    `ACCSYN_API_KEY` and `ACCSYN_SESSION_KEY`. Secrets are never shown.

    Raises:
        DeclarationError: a setting is missing or cannot be one.
    """

    env_file: Path | None = attrs.field(factory=settings.named_file, kw_only=True)
    workspace: str = attrs.field(
        default=attrs.Factory(_named_workspace, takes_self=True),
        validator=_check_workspace,
    )
    username: str = attrs.field(
        default=attrs.Factory(_named_user, takes_self=True),
        validator=_check_username,
        kw_only=True,
    )
    password: str | None = attrs.field(
        default=None, repr=_secret, validator=_check_secret, kw_only=True
    )
    session_key: str | None = attrs.field(
        default=attrs.Factory(_named_session_key, takes_self=True),
        repr=_secret,
        validator=_check_secret,
        kw_only=True,
    )
    api_key: str | None = attrs.field(
        default=attrs.Factory(_named_key, takes_self=True),
        repr=_secret,
        validator=_check_secret,
        kw_only=True,
    )
    version: Version = attrs.field(
        default=attrs.Factory(_needed_version, takes_self=True),
        validator=_check_credentials,
        kw_only=True,
    )
    hostname: str | None = attrs.field(
        default=None, validator=_check_hostname, kw_only=True
    )
    port: int | None = attrs.field(default=None, validator=_check_port, kw_only=True)
    scheme: Literal["https", "http"] = attrs.field(default="https", kw_only=True)
    machine: str = attrs.field(factory=socket.gethostname, kw_only=True)
    identity: Identity | None = attrs.field(default=None, kw_only=True)

    @property
    def family(self) -> str:
        """The service, as models name it."""
        return "accsyn"

    @property
    def base(self) -> str:
        """The URL that every path follows."""
        host = self.hostname or f"{self.workspace}.accsyn.com"
        usual = {"https": 443, "http": 80}[self.scheme]
        port = usual if self.port is None else self.port
        shown = "" if port == usual else f":{port}"
        return f"{self.scheme}://{host}{shown}{BASES[self.version]}"

    @property
    def endpoint_url(self) -> str:
        """Where requests go; the registry may name another host at the login."""
        return self.base

    @property
    def can_renew(self) -> bool:
        """Whether the session can log in again when it has expired."""
        return bool(self.api_key or self.password)

    def redact(self, text: str) -> str:
        """Return *text* with every key, and what is made of one, masked."""
        return masking.mask(text, self._secrets())

    @property
    def secret_places(self) -> SecretPlaces:
        """Where messages hold keys, passwords and sessions."""
        return PLACES

    def _secrets(self) -> list[str]:
        held: list[str | None] = [self._authorization()]
        held += [self.api_key, self.password, self.session_key]
        if self.identity is not None:
            held += [self.identity.session, self.identity.session_key]
        known = [secret for secret in held if secret]
        return [*known, *(_base64(secret) for secret in known)]

    def encode(self, operation: Operation) -> Request:
        """Return the request that asks for *operation*."""
        return self.encode_as(str(uuid4()), operation)

    def encode_as(self, eid: str, operation: Operation) -> Request:
        """Return the request for *operation* with the event id *eid*.

        A call that is repeated in a new session keeps its event id.
        """
        event = operations.to_event(operation)
        if self.version == "v1":
            event = legacy.adapt(event)
        text = events.write(self._envelope(eid, event) | event.pack())
        if event.method in {"GET", "DELETE"}:
            # the JSON document is the whole query string, and there is no body
            url = f"{self.base}/event?{events.write_query(text)}"
            effect: Effect = "read" if event.is_read else "write"
            return Request(event.method, url, self._headers(), effect=effect)
        url = f"{self.base}/event"
        return Request(event.method, url, self._headers(), text.encode())

    def decode(self, operation: Operation, response: Response) -> Result:
        """Return what *response* answers to *operation*; errors show no secrets."""
        with self._masking(response):
            return answers.decode(operation, response)

    @contextmanager
    def _masking(self, response: Response) -> Generator[None]:
        """Mask what an error shows of *response*: an echo would hold the keys."""
        try:
            yield
        except (ProtocolError, RemoteError) as error:
            shown = masking.mask_error(error, response, self._secrets())
        else:
            return
        raise shown

    def login(self) -> Generator[Request, Response, Accsyn]:
        """Yield the requests that find the server and log in."""
        found = self
        if found.hostname is None:
            response = yield found._registry_request()
            with found._masking(response):
                found = found._found_at(response)
        session = str(uuid4()) if found.identity is None else found.identity.session
        response = yield found._login_request(session)
        with found._masking(response):
            return attrs.evolve(found, identity=found._identify(session, response))

    def _registry_request(self) -> Request:
        if self.version == "v1":
            text = events.write({"organization": self.workspace})
            headers = {"ASDevice": self._device()}
            return Request("PUT", OLD_REGISTRY, headers, text.encode(), effect="read")
        query = events.write_query(events.write({"ident": self.workspace}))
        headers = {"X-Accsyn-Device": self._device()}
        return Request("GET", f"{REGISTRY}?{query}", headers, effect="read")

    def _found_at(self, response: Response) -> Accsyn:
        body = answers.read_object(response)
        if self.version == "v1":
            domain = str(body.get("domain") or self.workspace)
            return self._at(response, f"{domain}.accsyn.com", self.port)
        try:
            server = msgspec.convert(body.get("result"), _Server)
        except msgspec.ValidationError as error:
            reason = f"the registry names no server: {error}"
            raise answers.foreign(response, reason) from error
        return self._at(response, server.hostname, self.port or server.port)

    def _at(self, response: Response, hostname: str, port: int | None) -> Accsyn:
        try:
            return attrs.evolve(self, hostname=hostname, port=port)
        except DeclarationError as error:
            reason = f"the registry names no server: {error}"
            raise answers.foreign(response, reason) from error

    def _login_request(self, session: str) -> Request:
        body: dict[str, JSON] = {}
        if self.version == "v1":
            body = {"session": session}
            if self.identity is not None:
                body["session_key_reuse"] = self.identity.session_key
        anew = attrs.evolve(self, identity=None)
        url = f"{self.base}{LOGINS[self.version]}"
        text = events.write(body).encode()
        return Request("PUT", url, anew._headers(), text, effect="read")

    def _identify(self, session: str, response: Response) -> Identity:
        body = answers.read_object(response)
        try:
            if self.version == "v1":
                old = msgspec.convert(body, _OldLogin)
                return Identity(old.id, old.clearance, session, old.session_key)
            new = msgspec.convert(body.get("result"), _Login)
        except msgspec.ValidationError as error:
            reason = f"the login was answered without a session: {error}"
            raise answers.foreign(response, reason) from error
        return Identity(new.id, new.role, new.session_id)

    def _envelope(self, eid: str, event: Event) -> dict[str, JSON]:
        place = "workspace" if self.version == "v3" else "domain"
        return {
            "audience": "api",
            place: self.workspace,
            "eid": eid,
            "session": self.identity.session if self.identity else "",
            "uri": event.uri,
            "ident": self.username,
            "created": events.timestamp(),
            "hostname": self.machine,
        }

    def _headers(self) -> dict[str, str]:
        headers = {"Authorization": self._authorization()}
        if self.version == "v1":
            return {**headers, "ASDevice": self._device()}
        return {
            **headers,
            "X-Accsyn-Workspace": self.workspace,
            "X-Accsyn-Device": self._device(),
        }

    def _device(self) -> str:
        # a header is ASCII; a machine's name need not be
        machine = self.machine.encode("ascii", "replace").decode()
        printable = "".join(c if c.isprintable() else "?" for c in machine)
        return f"skysyn @ {sys.platform} {printable}({os.name})"

    def _authorization(self) -> str:
        if self.version == "v3":
            return f"basic {_base64(self.username)}:{_base64(self.api_key or '')}"
        kind, name, secret = self._old_credentials()
        who = {"domain": self.workspace, "username": self.username, name: secret}
        return f"{kind} {_base64(events.write(who))}"

    def _old_credentials(self) -> tuple[str, str, str | None]:
        if self.identity is not None:
            return "ASSession", "session_key", self.identity.session_key
        if self.api_key:
            return "ASCredentials", "api_key", self.api_key
        if self.password:
            return "ASCredentials", "pwd", _base64(self.password)
        return "ASSession", "session_key", self.session_key


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
