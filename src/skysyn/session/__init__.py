"""Sessions: join models, a dialect and a transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .auth import AuthResult
from .base import Session
from .calling import RemoteOp
from .connect import connect
from .report import Failure, FetchReport, Report
from .skygear import SkygearSession

if TYPE_CHECKING:
    from .accsyn import AccsynSession

__all__ = [
    "AccsynSession",
    "AuthResult",
    "Failure",
    "FetchReport",
    "RemoteOp",
    "Report",
    "Session",
    "SkygearSession",
    "connect",
]


def __getattr__(name: str) -> object:
    if name != "AccsynSession":
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    # it costs as much to import as all the rest
    from .accsyn import AccsynSession  # noqa: PLC0415  # only when it is wanted

    return AccsynSession
