"""A local server that speaks accsyn: workspaces for tests and offline work."""

from .server import AccsynServer
from .settings import Account, AccsynSettings, Space

__all__ = ["Account", "AccsynServer", "AccsynSettings", "Space"]
