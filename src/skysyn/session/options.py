"""Options of connect(): how a session's requests travel."""

from __future__ import annotations

from collections.abc import Collection
from os import PathLike
from typing import TypedDict, get_args

from skysyn.arguments import check_argument
from skysyn.dialects.base import Dialect
from skysyn.errors import DeclarationError
from skysyn.transport import DNS, TLS, Limits, Proxy, Rate, Retry, Timeout, Transport

_KINDS: dict[str, tuple[type, ...]] = {
    "timeout": (Timeout, type(None)),
    "retry": (Retry, type(None)),
    "rate": (Rate, type(None)),
    "limits": (Limits, type(None)),
    "proxy": (Proxy, str, Transport, type(None)),
    "verify": (TLS, bool, str, PathLike),
    "dns": (str,),
    "allow_plaintext": (str, Collection),
    "verbose": (bool,),
    "path_logfile": (str, PathLike, type(None)),
}
_WORDS = {
    "timeout": "a Timeout: write timeout=Timeout(…)",
    "retry": "a Retry: write retry=Retry(…)",
    "rate": "a Rate: write rate=Rate(…)",
    "limits": "a Limits: write limits=Limits(…)",
    "proxy": "a URL, a Proxy or a transport: write proxy='socks5h://host:1080'",
    "verify": 'True, "system", the path of a PEM file, or TLS(…)',
    "dns": '"proxy" or "local"',
    "allow_plaintext": "the name of a host, or a list of names",
    "verbose": "True or False",
    "path_logfile": "the path of a file",
}


class Options(TypedDict, total=False):
    """How a session's requests travel; see `connect()`."""

    proxy: str | Proxy | Transport | None
    timeout: Timeout | None
    retry: Retry | None
    verify: bool | str | PathLike[str] | TLS
    dns: DNS
    limits: Limits | None
    allow_plaintext: str | Collection[str]
    rate: Rate | None
    verbose: bool
    path_logfile: str | PathLike[str] | None


def check(dialect: object, transport: object, options: Options) -> None:
    """Raise DeclarationError unless these are what `connect()` takes."""
    takes = "connect() takes Skygear(…) or Accsyn(…)"
    check_argument(dialect, Dialect, takes, DeclarationError)
    if transport is not None:
        takes = "transport= takes a Transport of skysyn.transport"
        check_argument(transport, Transport, takes, DeclarationError)
    if transport is not None and options:
        names = ", ".join(f"{name}=" for name in options)
        msg = (
            f"a transport travels as it is, so {names} would do nothing: pass "
            "transport=open_transport(transport, …) with them, or leave them out"
        )
        raise DeclarationError(msg)
    for name, value in options.items():
        _check_option(name, value)


def _check_option(name: str, value: object) -> None:
    if name not in _KINDS:
        msg = f"connect() has no option {name}=; there are {', '.join(_KINDS)}"
        raise DeclarationError(msg)
    takes = f"{name}= takes {_WORDS[name]}"
    check_argument(value, _KINDS[name], takes, DeclarationError)
    if name == "dns" and value not in get_args(DNS):
        msg = f"{takes}, not {value!r:.80}"
        raise DeclarationError(msg)
