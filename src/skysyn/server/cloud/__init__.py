"""The server's side of cloud code: whom it calls, when, and what it makes of it."""

from __future__ import annotations

from .cloud import Cloud, start
from .code import CloudCode
from .remote import RemoteCode

__all__ = ["Cloud", "CloudCode", "RemoteCode", "start"]
