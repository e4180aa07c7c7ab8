"""How requests travel: messages, the Transport contract and its implementations."""

if __name__ == "transport":
    msg = "import skysyn.transport instead of transport (pip install -e .)"
    raise ImportError(msg)

from .base import Transport
from .messages import Effect, Request, Response, Timeout

__all__ = ["Effect", "Request", "Response", "Timeout", "Transport"]
