"""Upstreams: the services that a proxy forwards to, and none beside them."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import attrs
import msgspec

from skysyn.dialects.accsyn import credentials
from skysyn.dialects.accsyn.dialect import BASES, LOGINS, OLD_REGISTRY, REGISTRY
from skysyn.errors import AuthenticationError, DeclarationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SERVICE = "accsyn.com"
_REGISTRY_PATHS = (
    urlsplit(REGISTRY).path,
    f"{BASES['v3']}/workspace/{urlsplit(REGISTRY).path.rpartition('/')[2]}",
    urlsplit(OLD_REGISTRY).path,
)
_PATHS = frozenset(
    f"{base}{path}"
    for version, base in BASES.items()
    for path in ("/event", LOGINS[version])
)


class _Question(msgspec.Struct):
    """What the registry is asked, by newer clients and older ones."""

    ident: str = ""
    organization: str = ""


@attrs.frozen
class Upstream:
    """A service at *host* and *port* for one *workspace*, or for any if it is empty."""

    scheme: str
    host: str
    port: int
    workspace: str = ""

    @classmethod
    def parse(cls, text: str) -> Upstream:
        """Return what `https://host[:port]` or `workspace=https://host` names.

        Raises:
            DeclarationError: it names none, or keys would go there in clear.
        """
        workspace, equals, rest = text.partition("=")
        url = rest if equals else text
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit("")
        named = workspace.lower() if equals else ""
        if not host or parts.path.strip("/") or parts.query or parts.username:
            msg = f"{text!r} is no upstream: write https://acmefilm.accsyn.com"
            raise DeclarationError(msg)
        if parts.scheme == "http" and not _is_loopback(host):
            msg = f"{text!r} would show keys to the network: write https://"
            raise DeclarationError(msg)
        if parts.scheme not in {"http", "https"}:
            msg = f"{text!r} is no upstream: write https:// in front"
            raise DeclarationError(msg)
        standard = 443 if parts.scheme == "https" else 80
        return cls(parts.scheme, host, port or standard, named)

    @property
    def netloc(self) -> str:
        """The host and port, as in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        standard = 443 if self.scheme == "https" else 80
        return host if self.port == standard else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}"


def _some(_: object, __: object, value: Sequence[Upstream]) -> None:
    if not value:
        msg = "a proxy needs an upstream, such as https://acmefilm.accsyn.com"
        raise DeclarationError(msg)
    names = [one.workspace for one in value]
    if len(set(names)) < len(names):
        msg = "of several upstreams, name each by its workspace, and only once: "
        msg += "acmefilm=https://acmefilm.accsyn.com"
        raise DeclarationError(msg)


@attrs.frozen
class Upstreams:
    """The services that are allowed; *registry* answers where workspaces are."""

    allowed: Sequence[Upstream] = attrs.field(validator=_some)
    registry: Upstream | None = None

    def choose(
        self, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> Upstream | None:
        """Return where a request goes; None if nobody there is allowed.

        *headers* have lower-case names.
        """
        if path in _REGISTRY_PATHS:
            return self._registry_of(path, query, body)
        if path in _PATHS:
            return self._of(_workspace(headers))
        return None

    def _registry_of(self, path: str, query: str, body: bytes) -> Upstream | None:
        if self.registry is not None:
            return self.registry
        if all(_is_service(upstream.host) for upstream in self.allowed):
            # the service's own registries are other machines than its workspaces
            url = OLD_REGISTRY if path == urlsplit(OLD_REGISTRY).path else REGISTRY
            return Upstream("https", str(urlsplit(url).hostname), 443)
        return self._of(_asked(query, body)) or self.allowed[0]

    def _of(self, workspace: str) -> Upstream | None:
        wanted = workspace.lower()
        named = (one for one in self.allowed if wanted and one.workspace == wanted)
        for_any = (one for one in self.allowed if not one.workspace)
        return next(named, None) or next(for_any, None)


def _workspace(headers: Mapping[str, str]) -> str:
    """Return the workspace of a request; older clients say it in `Authorization`."""
    named = headers.get("x-accsyn-workspace", "")
    try:
        found = credentials.load(headers.get("authorization", ""), named)
    except AuthenticationError:
        return named
    return named or (found.workspace if found else "")


def _asked(query: str, body: bytes) -> str:
    """Return the workspace that the registry is asked about."""
    text = unquote(query).encode() if query else body
    try:
        found = msgspec.json.decode(text, type=_Question)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return ""
    return found.ident or found.organization


def _is_service(host: str) -> bool:
    return host == _SERVICE or host.endswith(f".{_SERVICE}")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
