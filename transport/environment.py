"""Proxies from environment variables, read once and only if asked.

For each scheme the first of these that is set decides:

    https   https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY
    http    http_proxy, HTTP_PROXY (not in a CGI process), all_proxy, ALL_PROXY

no_proxy or NO_PROXY names the servers to reach directly: `*`, a host, a domain (with
or without a leading dot, it means the hosts in it too), an address, a network such as
10.0.0.0/8, each with an optional port.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

import attrs

from .proxy import parse_proxy
from .route import DNS, Route

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCHEMES = ("http", "https")


@attrs.frozen
class EnvironmentRoutes:
    """The routes that environment variables name."""

    by_scheme: Mapping[str, Route]
    exceptions: Sequence[str]
    exceptions_name: str = "no_proxy"

    def choose(self, scheme: str, host: str, port: int) -> Route:
        """Return the route to *host*; the same one each time."""
        for exception in self.exceptions:
            if matches(exception, host, port):
                return Route(decided_by=f"{self.exceptions_name} has {exception!r}")
        return self.by_scheme[scheme]


def read_environment(
    environ: Mapping[str, str], dns: DNS = "proxy"
) -> EnvironmentRoutes:
    """Return the routes that *environ* names, as the module says."""
    name, text = _first(environ, ["no_proxy", "NO_PROXY"])
    exceptions = [item.strip() for item in text.split(",") if item.strip()]
    routes = {scheme: _route(environ, scheme, dns) for scheme in SCHEMES}
    return EnvironmentRoutes(routes, exceptions, name or "no_proxy")


def read_variable(environ: Mapping[str, str], name: str, dns: DNS = "proxy") -> Route:
    """Return the route that the variable *name* of *environ* names."""
    text = environ.get(name, "")
    if not text:
        return Route(decided_by=f"{name} is not set")
    return Route(parse_proxy(text), dns, f"the environment variable {name}")


def matches(exception: str, host: str, port: int) -> bool:
    """Say whether an item of no_proxy means *host*."""
    if exception == "*":
        return True
    network = _network(exception)
    address = _network(host)
    if network is not None and address is not None:
        return network.version == address.version and address.subnet_of(network)  # type: ignore[arg-type]  # versions are equal
    name, colon, number = exception.rpartition(":")
    if colon and number.isdigit():
        return int(number) == port and matches(name.strip("[]"), host, port)
    domain = exception.lower().strip(".")
    return bool(domain) and f".{host.lower()}".endswith(f".{domain}")


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _route(environ: Mapping[str, str], scheme: str, dns: DNS) -> Route:
    names = [f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY"]
    if "REQUEST_METHOD" in environ:
        # in CGI a client sets HTTP_PROXY by sending the header `Proxy`
        names = [name for name in names if name != "HTTP_PROXY"]
    name, text = _first(environ, names)
    if not name:
        return Route(decided_by=f"no environment variable has a proxy for {scheme}")
    proxy = parse_proxy(text if "://" in text else f"http://{text}")
    return Route(proxy, dns, f"the environment variable {name}")


def _first(environ: Mapping[str, str], names: list[str]) -> tuple[str, str]:
    """Return the name and text of the first variable that is not empty."""
    for name in names:
        if environ.get(name):
            return name, environ[name]
    return "", ""
