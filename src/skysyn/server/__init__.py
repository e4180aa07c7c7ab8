"""A local server that speaks Skygear: for tests, offline work, and apps left alone."""

from .asgi import ASGIApp
from .server import Server
from .serving import Serving
from .settings import Settings
from .snapshot import Snapshot
from .wsgi import WSGIApp, WSGITransport

__all__ = [
    "ASGIApp",
    "Server",
    "Serving",
    "Settings",
    "Snapshot",
    "WSGIApp",
    "WSGITransport",
]
