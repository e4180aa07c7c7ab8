"""Cloud code: functions, hooks, handlers, timers and providers of an app.

    from skysyn.cloud import op

    @op("hello")
    def hello(name: str = "world") -> str:
        return f"hello {name}"

runs inside `skysyn serve --code hello.py`, or by `skysyn cloud run hello.py` behind a
Skygear server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug import Response

from skysyn.dialects.skygear.refusals import refuse

from . import database as db
from .app import App, Loaded
from .assets import (
    DictAssets,
    DirectoryAssets,
    Loader,
    directory_assets,
    package_assets,
    relative_assets,
)
from .configuration import Options
from .context import (
    current_access_key_type,
    current_app,
    current_context,
    current_options,
    current_request_id,
    current_user_id,
)
from .joining import Joined
from .loading import load_code, load_codes
from .messages import Request
from .plugin import wsgi
from .providers import AuthProvider, AuthResult
from .publishing import publish
from .pushing import push_device, push_devices, push_user, push_users
from .records import PlainRecord
from .resources import Resource

if TYPE_CHECKING:
    options: Options
    """The options of the app that is loaded or called now, else the environment's."""

_loaded = Loaded()
op = _loaded.op
handler = _loaded.handler
before_save = _loaded.before_save
after_save = _loaded.after_save
before_delete = _loaded.before_delete
after_delete = _loaded.after_delete
hook = _loaded.hook
every = _loaded.every
event = _loaded.event
provides = _loaded.provides
rest = _loaded.rest
static_assets = _loaded.static_assets
exception_handler = _loaded.exception_handler

__all__ = [
    "App",
    "AuthProvider",
    "AuthResult",
    "DictAssets",
    "DirectoryAssets",
    "Joined",
    "Loader",
    "Options",
    "PlainRecord",
    "Request",
    "Resource",
    "Response",
    "after_delete",
    "after_save",
    "before_delete",
    "before_save",
    "current_access_key_type",
    "current_app",
    "current_context",
    "current_request_id",
    "current_user_id",
    "db",
    "directory_assets",
    "event",
    "every",
    "exception_handler",
    "handler",
    "hook",
    "load_code",
    "load_codes",
    "op",
    "options",
    "package_assets",
    "provides",
    "publish",
    "push_device",
    "push_devices",
    "push_user",
    "push_users",
    "refuse",
    "relative_assets",
    "rest",
    "static_assets",
    "wsgi",
]


def __getattr__(name: str) -> Options:
    if name == "options":
        return current_options()
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
