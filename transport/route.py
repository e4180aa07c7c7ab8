"""Route: the way from here to a server, and what decided it."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Literal, Protocol

import attrs

from skysyn.errors import PlaintextRefused

if TYPE_CHECKING:
    from collections.abc import Collection

    from .proxy import Proxy

DNS = Literal["proxy", "local"]


@attrs.frozen
class Route:
    """The way that requests take to one server.

    *decided_by* names the argument or environment variable that chose it, *dns* says
    who resolves the server's name.
    """

    proxy: Proxy | None = None
    dns: DNS = "proxy"
    decided_by: str = "no proxy was given"

    def __str__(self) -> str:
        if self.proxy is None:
            return f"direct ({self.decided_by})"
        names = "here" if self.dns == "local" else "by the proxy"
        return f"through {self.proxy}, names resolved {names} ({self.decided_by})"


class Routes(Protocol):
    """What decides which way to take to a server."""

    def choose(self, scheme: str, host: str, port: int) -> Route:
        """Return the route to *host*; the same one each time."""
        ...


@attrs.frozen
class OneRoute:
    """The same way to every server."""

    route: Route = Route()

    def choose(self, scheme: str, host: str, port: int) -> Route:  # noqa: ARG002  # other routes choose by them
        """Return the one route."""
        return self.route


def check_plaintext(
    scheme: str, host: str, route: Route, allowed: Collection[str]
) -> None:
    """Refuse to send plain HTTP past this machine and the hosts in *allowed*."""
    if scheme != "http":
        return
    hops = [host] if route.proxy is None else [route.proxy.host, host]
    for hop in hops:
        if hop not in allowed and not is_loopback(hop):
            msg = (
                f"http://{host} is not encrypted: keys and passwords could be read on "
                f"the way to {hop}. Use https, or, if that network is yours alone, "
                f"pass allow_plaintext={hop!r}"
            )
            raise PlaintextRefused(msg, maybe_sent=False)


def is_loopback(host: str) -> bool:
    """Say whether *host* is this machine by its name alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
