"""connect(): from settings to a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from skysyn.dialects.base import Dialect
from skysyn.dialects.skygear.dialect import Skygear
from skysyn.transport import Retry, Transport, open_transport

from .base import Session
from .skygear import SkygearSession

if TYPE_CHECKING:
    from os import PathLike

    from skysyn.transport import TLS, Proxy, Timeout

D = TypeVar("D", bound=Dialect)

DEFAULT_RETRY = Retry()


@overload
def connect(
    dialect: Skygear,
    *,
    transport: Transport | None = None,
    proxy: str | Proxy | Transport | None = None,
    timeout: Timeout | None = None,
    retry: Retry | None = DEFAULT_RETRY,
    verify: bool | str | PathLike[str] | TLS = True,
) -> SkygearSession: ...
@overload
def connect(
    dialect: D,
    *,
    transport: Transport | None = None,
    proxy: str | Proxy | Transport | None = None,
    timeout: Timeout | None = None,
    retry: Retry | None = DEFAULT_RETRY,
    verify: bool | str | PathLike[str] | TLS = True,
) -> Session[D]: ...
def connect(
    dialect: Dialect,
    *,
    transport: Transport | None = None,
    proxy: str | Proxy | Transport | None = None,
    timeout: Timeout | None = None,
    retry: Retry | None = DEFAULT_RETRY,
    verify: bool | str | PathLike[str] | TLS = True,
) -> Session[Any]:
    """Return a session with the service that *dialect* describes.

    Nothing is sent before the first operation. Use it as a context manager to make it
    current for models of its service.

    Args:
        dialect: `Skygear(…)`: where the service is and who uses it.
        transport: what carries the requests, as it is; the arguments below then
            do not apply.
        proxy: a URL such as `socks5h://user:pw@host:1080`, "env" for the usual
            variables, or a transport to build on.
        timeout: time limits of each call.
        retry: when to try again, or None for never.
        verify: True for the usual certificate authorities, "system" for those of the
            operating system, or a PEM file.
    """
    carrier = transport or open_transport(
        proxy, timeout=timeout, retry=retry, verify=verify
    )
    if isinstance(dialect, Skygear):
        return SkygearSession(dialect, carrier)
    return Session(dialect, carrier)
