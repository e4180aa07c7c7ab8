"""Sessions: join models, a dialect and a transport."""

from .accsyn import AccsynSession
from .base import Session
from .connect import connect
from .report import Failure, FetchReport, Report
from .skygear import AuthResult, SkygearSession

__all__ = [
    "AccsynSession",
    "AuthResult",
    "Failure",
    "FetchReport",
    "Report",
    "Session",
    "SkygearSession",
    "connect",
]
