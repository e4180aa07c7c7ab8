"""connect(): from settings to a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, Unpack, overload

from skysyn.dialects.base import Dialect
from skysyn.dialects.skygear.dialect import Skygear
from skysyn.transport import open_transport

from .base import Session
from .options import check
from .skygear import SkygearSession

if TYPE_CHECKING:
    from skysyn.dialects.accsyn.dialect import Accsyn
    from skysyn.transport import Transport

    from .accsyn import AccsynSession
    from .options import Options

D = TypeVar("D", bound=Dialect)


@overload
def connect(
    dialect: Skygear,
    *,
    transport: Transport | None = None,
    **options: Unpack[Options],
) -> SkygearSession: ...
@overload
def connect(
    dialect: Accsyn,
    *,
    transport: Transport | None = None,
    **options: Unpack[Options],
) -> AccsynSession: ...
@overload
def connect(
    dialect: D, *, transport: Transport | None = None, **options: Unpack[Options]
) -> Session[D]: ...
def connect(
    dialect: Dialect, *, transport: Transport | None = None, **options: Unpack[Options]
) -> Session[Any]:
    """Return a session with the service that *dialect* describes.

    Nothing is sent before the first operation. Use it as a context manager to make it
    current for models of its service.

    Args:
        dialect: `Skygear(…)` or `Accsyn(…)`: where the service is and who uses it.
        transport: what carries the requests, as it is; it takes no options besides.
        options: how requests travel.

            - *proxy*: a URL such as `socks5h://user:pw@host:1080`, "env" for the
              usual variables, or a transport to build on. For accsyn, `ACCSYN_PROXY`
              if it is left out.
            - *timeout*: time limits of each call; its *total* also bounds batches and
              pages.
            - *retry*: when to try again, or None for never.
            - *verify*: True for the usual certificate authorities, "system" for those
              of the operating system, a PEM file, or `TLS(…)`.
            - *dns*: "local" to resolve the service's name here and not at a proxy.
            - *limits*: what an answer may cost.
            - *allow_plaintext*: hosts beyond this machine that plain http may reach.
            - *rate*: the most requests a second; accsyn's own limit if left out.
            - *verbose*, *path_logfile*: write each call to stdout or a file, redacted.

    Raises:
        DeclarationError: *dialect* is no service's settings, or options are given
            together with a transport, or one is of the wrong type.
    """
    check(dialect, transport, options)
    if dialect.family == "accsyn":
        # it costs as much to import as all the rest
        from .accsyn_opening import open_accsyn  # noqa: PLC0415  # only when it is wanted

        return open_accsyn(dialect, transport, options)
    carrier = transport or open_transport(**options)
    if isinstance(dialect, Skygear):
        return SkygearSession(dialect, carrier)
    return Session(dialect, carrier)
