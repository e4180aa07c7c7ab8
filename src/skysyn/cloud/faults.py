"""Faults: what cloud code raises, and what a server is told of it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from skysyn.dialects.skygear.refusals import dump_info
from skysyn.errors import RemoteError
from skysyn.models import is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON

    from .registry import ExceptionHandler, Wire

_log = logging.getLogger("skysyn.cloud")


def reply(
    error: BaseException, handlers: Mapping[type[BaseException], ExceptionHandler]
) -> Wire:
    """Return the reply to a call that raised *error*.

    The handler of the nearest class may give another error, or the whole reply.
    """
    kind = next((c for c in type(error).__mro__ if c in handlers), None)
    if kind is None:
        return {"error": dump(error)}
    found = handlers[kind](error)
    if found is None or isinstance(found, BaseException):
        return {"error": dump(found or error)}
    if is_object(found):
        return {str(key): dump_info(value) for key, value in found.items()}
    msg = f"the handler of {kind.__name__} gave no reply: {type(found).__name__}"
    raise TypeError(msg)


def dump(error: BaseException) -> dict[str, JSON]:
    """Return *error* as a server is told; what nobody foresaw goes to the log."""
    if isinstance(error, RemoteError):
        return {
            "code": 10000 if error.code is None else error.code,
            "message": error.message,
            "info": {name: dump_info(value) for name, value in error.info.items()},
        }
    # the traceback is for who wrote the code, not for who called it
    _log.error("cloud code failed", exc_info=error)
    return {"code": 10000, "message": _message(error)}


def _message(error: BaseException) -> str:
    match error:
        case SystemExit():
            return "the cloud code tried to end its process"
        case SQLAlchemyError():
            # its text holds the statement and its data
            return "the database refused to do this"
        case _:
            return str(error) or type(error).__name__
