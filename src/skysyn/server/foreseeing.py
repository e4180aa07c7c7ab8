"""Foreseeing: what a request will ask the database, known before it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.errors import RemoteError

from .chains import GOD, check_key
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
    try:
        return [*_of_caller(context), *action.foresee(context, catalog)]
    except RemoteError:
        # the chain may find another reason to refuse it first
        raise Unforeseen from None


def _of_caller(context: Context) -> list[Lookup]:
    """Return how the chain finds out who asks."""
    asked = context.asked
    if asked.api_key:
        check_key(context, asked.api_key)
    if asked.access_token:
        return context.services.tokens.lookups(asked.access_token)
    if context.is_master:
        return [users.lookup(asked.user_id or GOD)]
    return []
