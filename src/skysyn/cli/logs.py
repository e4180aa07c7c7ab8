"""Logs: how much the server says, logger by logger, and in which form."""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "fatal": logging.CRITICAL,
    "critical": logging.CRITICAL,
    "panic": logging.CRITICAL,
}
_PREFIX = "LOG_LEVEL_"


class JSONFormatter(logging.Formatter):
    """Writes an object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as a line of JSON."""
        said = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "msg": record.getMessage(),
        }
        if record.exc_info:
            said["error"] = self.formatException(record.exc_info)
        return json.dumps(said)


def start_logs(level: str, form: str, environ: Mapping[str, str]) -> None:
    """Log from *level* on; `LOG_LEVEL_<LOGGER>` in *environ* sets that of one logger.

    Raises:
        BadParameter: there is no such level or form.
    """
    handler = logging.StreamHandler()
    match form:
        case "json":
            handler.setFormatter(JSONFormatter())
        case "text":
            handler.setFormatter(logging.Formatter(logging.BASIC_FORMAT))
        case _:
            msg = f"no form of logs is called {form!r}: use text or json"
            raise typer.BadParameter(msg, param_hint="--log-formatter")
    root = logging.getLogger()
    root.setLevel(parse_level(level, "--log-level"))
    root.addHandler(handler)
    for name, said in environ.items():
        if name.startswith(_PREFIX) and said:
            logger = name.removeprefix(_PREFIX).lower().replace("_", ".")
            logging.getLogger(logger).setLevel(parse_level(said, name))


def parse_level(said: str, hint: str) -> int:
    """Return the number of a level, which *hint* says.

    Raises:
        BadParameter: there is no such level.
    """
    found = _LEVELS.get(said.lower())
    if found is None:
        msg = f"no log level is called {said!r}: use debug, info, warning or error"
        raise typer.BadParameter(msg, param_hint=hint)
    return found
