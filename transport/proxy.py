"""Proxy: which one to use, and how users may spell it."""

from __future__ import annotations

import re
from typing import Literal, get_args
from urllib.parse import unquote

import attrs

from skysyn.errors import ProxyError

from .secret import Secret

ProxyKind = Literal["http", "socks4", "socks4a", "socks5", "socks5h", "accsyn"]

KINDS: dict[str, ProxyKind] = {kind: kind for kind in get_args(ProxyKind)}
KINDS["socks"] = "socks5"
PORTS = {"http": 3128, "accsyn": 80}
SOCKS_PORT = 1080
SOCKS_TEXT = 127
AUTHORITY = re.compile(
    r"(?:\[(?P<v6>[0-9A-Fa-f:.]+(?:%\w+)?)\]|(?P<name>[\w.-]{1,253}))(?::(?P<port>\d{1,5}))?"
)


@attrs.frozen
class Proxy:
    """A proxy to go through; its password is never shown."""

    kind: ProxyKind
    host: str
    port: int
    username: str | None = None
    password: Secret | None = None

    @property
    def is_socks(self) -> bool:
        """Say whether it speaks a SOCKS protocol."""
        return self.kind.startswith("socks")

    @property
    def address(self) -> str:
        """The address for messages, without credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.kind}://{host}:{self.port}"

    def __str__(self) -> str:
        return self.address


def parse_proxy(text: str) -> Proxy:
    """Read a proxy URL, or one of the spellings of accsyn.

    `kind://user:password@host:port`, `kind:host:port`, `host:port` and `host`; the
    last two mean an accsyn proxy. IPv6 addresses stand in brackets.

    Raises:
        ProxyError: the text is none of these; it says why, without the password.
    """
    kind, rest = _split_kind(text.strip())
    login, _, authority = rest.rpartition("@")
    found = AUTHORITY.fullmatch(authority)
    if found is None:
        raise _refused(authority, "write host:port, and an IPv6 host in brackets")
    port = int(found["port"] or PORTS.get(kind, SOCKS_PORT))
    if not 0 < port < 65_536:
        raise _refused(authority, "the port is a number from 1 to 65535")
    username, password = _parse_login(kind, login)
    return Proxy(kind, found["v6"] or found["name"], port, username, password)


def _split_kind(text: str) -> tuple[ProxyKind, str]:
    """Return the kind of proxy, and what follows it."""
    scheme, is_url, rest = text.partition("://")
    if is_url:
        if scheme.lower() not in KINDS:
            raise _refused(scheme, f"the kinds are {', '.join(KINDS)}")
        return KINDS[scheme.lower()], rest.rstrip("/")
    first, _, rest = text.partition(":")
    # `socks:1080` is the host called socks, as the official client reads it
    if first.lower() in KINDS and rest and not rest.isdigit():
        return KINDS[first.lower()], rest
    return "accsyn", text


def _parse_login(kind: ProxyKind, login: str) -> tuple[str | None, Secret | None]:
    if not login:
        return None, None
    name, _, word = login.partition(":")
    username, password = unquote(name), unquote(word)
    if kind == "accsyn":
        raise _refused(kind, "an accsyn proxy takes no user and password")
    longest = max(len(username.encode()), len(password.encode()))
    if kind.startswith("socks") and longest > SOCKS_TEXT:
        raise _refused(kind, f"user and password have at most {SOCKS_TEXT} bytes")
    if kind.startswith("socks5") and not (username and password):
        raise _refused(kind, "SOCKS 5 needs both a user and a password, or neither")
    return username, Secret(password)


def _refused(what: str, how: str) -> ProxyError:
    msg = f"cannot use the proxy {what!r}: {how}"
    return ProxyError(msg, maybe_sent=False)
