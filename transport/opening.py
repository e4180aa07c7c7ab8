"""Opening transports: from the arguments of `connect()` to a transport."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from skysyn.errors import TLSError

from .accsyn import AccsynProxyTransport
from .base import Transport
from .deadline import DeadlineTransport
from .environment import read_environment, read_variable
from .http import HTTPTransport
from .logs import LogTransport, session_logger
from .proxy import Proxy, parse_proxy
from .ratelimit import Rate, RateLimitTransport
from .retry import Retry
from .retrying import RetryTransport
from .route import DNS, OneRoute, Route, Routes
from .tls import TLS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from os import PathLike

    from .clock import Clock
    from .limits import Limits
    from .messages import Timeout

DEFAULT_RETRY = Retry()


def open_transport(  # noqa: PLR0913  # each is one argument of connect()
    proxy: str | Proxy | Transport | None = None,
    *,
    timeout: Timeout | None = None,
    retry: Retry | None = DEFAULT_RETRY,
    verify: bool | str | PathLike[str] | TLS = True,
    dns: DNS = "proxy",
    limits: Limits | None = None,
    allow_plaintext: str | Collection[str] = (),
    rate: Rate | None = None,
    verbose: bool = False,
    path_logfile: str | PathLike[str] | None = None,
    environ: Mapping[str, str] | None = None,
    clock: Clock | None = None,
) -> Transport:
    """Make the transport of one session.

    Args:
        proxy: a URL or accsyn spelling (see `parse_proxy()`), "env" for the usual
            variables, "env:NAME" for one variable, or a transport to build on.
        timeout: the limits of requests that bring none of their own.
        retry: the policy, or None to send everything once.
        verify: True for the authorities of certifi, "system" for those of the
            operating system, a PEM file or folder, or `TLS` for client certificates.
        dns: "local" to resolve the names of servers here and not at the proxy.
        limits: what an answer may cost.
        allow_plaintext: hosts that unencrypted HTTP may reach besides this machine.
        rate: the most calls a second.
        verbose: write each call to stdout, or to *path_logfile* if that is given.
        path_logfile: the file to write each call to.
        environ: the environment for "env"; that of the process if it is left out.
        clock: what to measure and wait with.
    """
    hosts = [allow_plaintext] if isinstance(allow_plaintext, str) else allow_plaintext
    if isinstance(proxy, Transport):
        transport = proxy
    else:
        routes = choose_routes(proxy, dns, os.environ if environ is None else environ)
        transport = _open_http(routes, _tls(verify), limits, hosts, clock)
    is_private = verbose or path_logfile is not None
    logger = session_logger(path_logfile) if is_private else None
    transport = LogTransport(transport, logger, clock)
    if rate is not None:
        transport = RateLimitTransport(transport, rate, clock)
    if retry is not None and retry.attempts > 1:
        transport = RetryTransport(transport, retry, clock=clock)
    return DeadlineTransport(transport, timeout, clock)


def choose_routes(
    proxy: str | Proxy | None, dns: DNS, environ: Mapping[str, str]
) -> Routes:
    """Return the routes that the argument `proxy=` means."""
    if proxy == "env":
        return read_environment(environ, dns)
    if isinstance(proxy, str) and proxy.startswith("env:"):
        return OneRoute(read_variable(environ, proxy.removeprefix("env:"), dns))
    if isinstance(proxy, str) and proxy:
        return OneRoute(Route(parse_proxy(proxy), dns, "the argument proxy="))
    if isinstance(proxy, Proxy):
        return OneRoute(Route(proxy, dns, "the argument proxy="))
    return OneRoute()


def _open_http(
    routes: Routes,
    tls: TLS,
    limits: Limits | None,
    hosts: Collection[str],
    clock: Clock | None,
) -> Transport:
    route = routes.route if isinstance(routes, OneRoute) else Route()
    if route.proxy is None or route.proxy.kind != "accsyn":
        return HTTPTransport(
            routes=routes, tls=tls, limits=limits, allow_plaintext=hosts, clock=clock
        )
    direct = HTTPTransport(tls=tls, limits=limits, allow_plaintext=hosts, clock=clock)
    return AccsynProxyTransport(direct, route, hosts)


def _tls(verify: bool | str | PathLike[str] | TLS) -> TLS:
    if verify is False:
        msg = (
            "verify=False would let anyone on the way read and change everything: "
            "pass verify='server-or-authority.pem' to trust a certificate of your own"
        )
        raise TLSError(msg, maybe_sent=False)
    if verify is True:
        return TLS()
    return verify if isinstance(verify, TLS) else TLS(ca=verify)
