"""Actions that say that the server is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .action import Action

if TYPE_CHECKING:
    from skysyn.models import JSON
    from skysyn.server.context import Context


def home(_: Context) -> JSON:
    """Say that all is well."""
    return {"status": "OK"}


def healthz(context: Context) -> JSON:
    """Say that all is well, with the database as well."""
    with context.store.read():
        return {"status": "OK"}


ACTIONS = {"": Action((), home), "_status:healthz": Action((), healthz)}
