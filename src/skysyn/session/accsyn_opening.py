"""Opening sessions with accsyn: what its requests want where nothing is said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skysyn.dialects.accsyn.dialect import Accsyn
from skysyn.dialects.accsyn.settings import proxy_named
from skysyn.transport import Rate, open_transport

from .accsyn import AccsynSession
from .base import Session

if TYPE_CHECKING:
    from skysyn.dialects.base import Dialect
    from skysyn.transport import Transport

    from .options import Options

ACCSYN_RATE = Rate(30, burst=60)
"""How many requests a second accsyn takes from one address."""


def open_accsyn(
    dialect: Dialect, transport: Transport | None, options: Options
) -> Session[Any]:
    """Return a session with the workspace that *dialect* describes."""
    if not isinstance(dialect, Accsyn):
        # another service may count itself to the same family
        return Session(dialect, transport or open_transport(**options))
    carrier = transport or open_transport(**_completed(options, dialect))
    return AccsynSession(dialect, carrier)


def _completed(options: Options, dialect: Accsyn) -> Options:
    return {
        **options,
        "proxy": options.get("proxy") or proxy_named(dialect.env_file),
        "rate": options.get("rate") or ACCSYN_RATE,
    }
