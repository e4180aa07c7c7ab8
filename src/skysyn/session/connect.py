"""connect(): from settings to a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.dialects.accsyn.settings import PROXY
from skysyn.dialects.base import Dialect
from skysyn.dialects.skygear.dialect import Skygear
from skysyn.transport import Rate, Retry, Transport, open_transport

from .accsyn import AccsynSession
from .base import Session
from .skygear import SkygearSession

if TYPE_CHECKING:
    from os import PathLike

    from skysyn.transport import TLS, Proxy, Timeout

D = TypeVar("D", bound=Dialect)

DEFAULT_RETRY = Retry()
ACCSYN_RATE = Rate(30, burst=60)
"""How many requests a second accsyn takes from one address."""


@overload
def connect(
    dialect: Skygear,
    *,
    transport: Transport | None = None,
    proxy: str | Proxy | Transport | None = None,
    timeout: Timeout | None = None,
    retry: Retry | None = DEFAULT_RETRY,
    verify: bool | str | PathLike[str] | TLS = True,
    rate: Rate | None = None,
) -> SkygearSession: ...
@overload
def connect(
    dialect: Accsyn,
    *,
    transport: Transport | None = None,
    proxy: str | Proxy | Transport | None = None,
    timeout: Timeout | None = None,
    retry: Retry | None = DEFAULT_RETRY,
    verify: bool | str | PathLike[str] | TLS = True,
    rate: Rate | None = None,
) -> AccsynSession: ...
@overload
def connect(
    dialect: D,
    *,
    transport: Transport | None = None,
    proxy: str | Proxy | Transport | None = None,
    timeout: Timeout | None = None,
    retry: Retry | None = DEFAULT_RETRY,
    verify: bool | str | PathLike[str] | TLS = True,
    rate: Rate | None = None,
) -> Session[D]: ...
def connect(
    dialect: Dialect,
    *,
    transport: Transport | None = None,
    proxy: str | Proxy | Transport | None = None,
    timeout: Timeout | None = None,
    retry: Retry | None = DEFAULT_RETRY,
    verify: bool | str | PathLike[str] | TLS = True,
    rate: Rate | None = None,
) -> Session[Any]:
    """Return a session with the service that *dialect* describes.

    Nothing is sent before the first operation. Use it as a context manager to make it
    current for models of its service.

    Args:
        dialect: `Skygear(…)` or `Accsyn(…)`: where the service is and who uses it.
        transport: what carries the requests, as it is; the arguments below then
            do not apply.
        proxy: a URL such as `socks5h://user:pw@host:1080`, "env" for the usual
            variables, or a transport to build on. For accsyn, `ACCSYN_PROXY` if it
            is left out.
        timeout: time limits of each call.
        retry: when to try again, or None for never.
        verify: True for the usual certificate authorities, "system" for those of the
            operating system, or a PEM file.
        rate: the most requests a second; accsyn's own limit if it is left out.
    """
    if isinstance(dialect, Accsyn):
        proxy = f"env:{PROXY}" if proxy is None else proxy
        rate = rate or ACCSYN_RATE
    carrier = transport or open_transport(
        proxy, timeout=timeout, retry=retry, verify=verify, rate=rate
    )
    if isinstance(dialect, Accsyn):
        return AccsynSession(dialect, carrier)
    if isinstance(dialect, Skygear):
        return SkygearSession(dialect, carrier)
    return Session(dialect, carrier)
