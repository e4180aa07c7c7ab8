"""A local server that speaks Skygear: for tests, offline work, and apps left alone."""

from .server import Server
from .serving import Serving
from .settings import Settings
from .snapshot import Snapshot
from .wsgi import WSGIApp, WSGITransport

__all__ = ["Server", "Serving", "Settings", "Snapshot", "WSGIApp", "WSGITransport"]
