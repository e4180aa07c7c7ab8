"""The names of the original runtime, for cloud code that only changes its imports.

from skysyn.compat import skygear
from skysyn.compat.skygear.container import SkygearContainer

@skygear.op("hello")
def hello(name):
return {"hello": name}
"""

from . import (
    action,
    asset,
    container,
    encoding,
    error,
    models,
    options,
    predicate,
    providers,
    pubsub,
    query,
    settings,
    utils,
)
from .decorators import (
    after_delete,
    after_save,
    before_delete,
    before_save,
    event,
    every,
    exception_handler,
    handler,
    hook,
    op,
    provides,
    rest,
    static_assets,
)
from .restful import RestfulRecord, RestfulResource
from .settings import config_module as config
from .utils.db import conn as db_conn
from .utils.http import Response

__all__ = [
    "Response",
    "RestfulRecord",
    "RestfulResource",
    "action",
    "after_delete",
    "after_save",
    "asset",
    "before_delete",
    "before_save",
    "config",
    "container",
    "db_conn",
    "encoding",
    "error",
    "event",
    "every",
    "exception_handler",
    "handler",
    "hook",
    "models",
    "op",
    "options",
    "predicate",
    "providers",
    "provides",
    "pubsub",
    "query",
    "rest",
    "settings",
    "static_assets",
    "utils",
]
