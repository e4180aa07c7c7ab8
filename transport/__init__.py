"""How requests travel: messages, the Transport contract and its implementations.

What needs requests is loaded when it is first used: servers have no use for it.
"""

if __name__ == "transport":
    msg = "import skysyn.transport instead of transport (pip install -e .)"
    raise ImportError(msg)

from importlib import import_module
from typing import TYPE_CHECKING

from .accsyn import AccsynProxyTransport
from .base import Transport
from .budget import TimeBudget, time_left, time_limit
from .clock import Clock
from .deadline import DeadlineTransport
from .environment import EnvironmentRoutes, read_environment, read_variable
from .limits import Limits
from .logs import LogTransport, session_logger
from .messages import Effect, Request, Response, Timeout
from .mock import MockTransport
from .proxy import Proxy, ProxyKind, parse_proxy
from .ratelimit import Rate, RateLimitTransport
from .recording import RecordingTransport
from .redaction import redact_headers, redact_json, redact_request, redact_response
from .replay import ReplayTransport, is_same_request
from .retry import Retry, RetryBudget
from .retrying import RetryTransport
from .route import DNS, OneRoute, Route, Routes
from .secret import Secret
from .wrapping import WrappingTransport

if TYPE_CHECKING:
    from .http import HTTPTransport
    from .opening import open_transport
    from .tls import TLS
    from .websocket import WebSocket

__all__ = [
    "DNS",
    "TLS",
    "AccsynProxyTransport",
    "Clock",
    "DeadlineTransport",
    "Effect",
    "EnvironmentRoutes",
    "HTTPTransport",
    "Limits",
    "LogTransport",
    "MockTransport",
    "OneRoute",
    "Proxy",
    "ProxyKind",
    "Rate",
    "RateLimitTransport",
    "RecordingTransport",
    "ReplayTransport",
    "Request",
    "Response",
    "Retry",
    "RetryBudget",
    "RetryTransport",
    "Route",
    "Routes",
    "Secret",
    "TimeBudget",
    "Timeout",
    "Transport",
    "WebSocket",
    "WrappingTransport",
    "is_same_request",
    "open_transport",
    "parse_proxy",
    "read_environment",
    "read_variable",
    "redact_headers",
    "redact_json",
    "redact_request",
    "redact_response",
    "session_logger",
    "time_left",
    "time_limit",
]


_HOMES = {
    "HTTPTransport": ".http",
    "TLS": ".tls",
    "WebSocket": ".websocket",
    "open_transport": ".opening",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value: object = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
