"""How requests travel: messages, the Transport contract and its implementations."""

if __name__ == "transport":
    msg = "import skysyn.transport instead of transport (pip install -e .)"
    raise ImportError(msg)

from .base import Transport
from .clock import Clock
from .http import HTTPTransport
from .limits import Limits
from .messages import Effect, Request, Response, Timeout
from .mock import MockTransport
from .proxy import Proxy, parse_proxy
from .replay import ReplayTransport, is_same_request
from .route import Route, Routes
from .secret import Secret
from .tls import TLS

__all__ = [
    "TLS",
    "Clock",
    "Effect",
    "HTTPTransport",
    "Limits",
    "MockTransport",
    "Proxy",
    "ReplayTransport",
    "Request",
    "Response",
    "Route",
    "Routes",
    "Secret",
    "Timeout",
    "Transport",
    "is_same_request",
    "parse_proxy",
]
