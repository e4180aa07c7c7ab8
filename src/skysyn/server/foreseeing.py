"""Foreseeing: what a request will ask the database, known before it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .chains import GOD, is_masters
from .store import users
from .store.foresight import Unforeseen

if TYPE_CHECKING:
    from .actions.action import Action
    from .context import Context
    from .store.catalog import Catalog
    from .store.foresight import Lookup


def lookups(action: Action, context: Context, catalog: Catalog) -> list[Lookup]:
    """Return all that *action* and its chain will look up.

    Raises:
        Unforeseen: that depends on what is found, or is more than lookups.
    """
    if action.foresee is None or context.settings.verify_required:
        raise Unforeseen
    return [*_of_caller(context), *action.foresee(context, catalog)]


def _of_caller(context: Context) -> list[Lookup]:
    """Return how the chain finds out who asks."""
    asked = context.asked
    if asked.access_token:
        return context.services.tokens.lookups(asked.access_token)
    if asked.api_key and is_masters(context, asked.api_key):
        return [users.lookup(asked.user_id or GOD)]
    return []
