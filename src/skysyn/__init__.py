"""Typed models for two remote record services, Skygear and accsyn.

The names below are loaded when they are first used, so that `import skysyn` is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skysyn.dialects.accsyn.dialect import Accsyn
    from skysyn.dialects.accsyn.model import Entity
    from skysyn.dialects.accsyn.query import EntityQuery
    from skysyn.dialects.skygear.dialect import Skygear
    from skysyn.dialects.skygear.model import Record
    from skysyn.dialects.skygear.query import RecordQuery
    from skysyn.models import (
        ACL,
        JSON,
        Asset,
        Field,
        GeoJSON,
        Location,
        Predicate,
        ReadOnly,
        RecordID,
        Ref,
        Sequence,
        Unknown,
        UserID,
        bind,
        field,
        readonly,
        set_default,
    )
    from skysyn.session import AccsynSession, Report, Session, SkygearSession, connect
    from skysyn.transport import (
        HTTPTransport,
        MockTransport,
        ReplayTransport,
        Request,
        Response,
        Retry,
        Timeout,
        Transport,
    )

__all__ = [
    "ACL",
    "JSON",
    "Accsyn",
    "AccsynSession",
    "Asset",
    "Entity",
    "EntityQuery",
    "Field",
    "GeoJSON",
    "HTTPTransport",
    "Location",
    "MockTransport",
    "Predicate",
    "ReadOnly",
    "Record",
    "RecordID",
    "RecordQuery",
    "Ref",
    "ReplayTransport",
    "Report",
    "Request",
    "Response",
    "Retry",
    "Sequence",
    "Session",
    "Skygear",
    "SkygearSession",
    "Timeout",
    "Transport",
    "Unknown",
    "UserID",
    "bind",
    "connect",
    "field",
    "readonly",
    "set_default",
]

_HOMES = {
    "Accsyn": "skysyn.dialects.accsyn.dialect",
    "Entity": "skysyn.dialects.accsyn.model",
    "EntityQuery": "skysyn.dialects.accsyn.query",
    "Record": "skysyn.dialects.skygear.model",
    "RecordQuery": "skysyn.dialects.skygear.query",
    "Skygear": "skysyn.dialects.skygear.dialect",
    **dict.fromkeys(
        ("AccsynSession", "Report", "Session", "SkygearSession", "connect"),
        "skysyn.session",
    ),
    **dict.fromkeys(
        (
            "HTTPTransport",
            "MockTransport",
            "ReplayTransport",
            "Request",
            "Response",
            "Retry",
            "Timeout",
            "Transport",
        ),
        "skysyn.transport",
    ),
}


def __getattr__(name: str) -> object:
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value: object = getattr(import_module(_HOMES.get(name, "skysyn.models")), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
