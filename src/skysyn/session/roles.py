"""Roles: who holds which, in a Skygear app."""

from __future__ import annotations

from collections import abc
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import QueryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from skysyn.models import JSON

    from .skygear import SkygearSession


@attrs.frozen
class Roles:
    """The roles of an app; made by `session.roles`."""

    _session: SkygearSession

    def assign(self, users: Iterable[str], roles: Iterable[str]) -> None:
        """Give *roles* to users, by their ids; needs an admin or the master key."""
        self._change("role:assign", users, roles)

    def revoke(self, users: Iterable[str], roles: Iterable[str]) -> None:
        """Take *roles* from users, by their ids; needs an admin or the master key."""
        self._change("role:revoke", users, roles)

    def get(self, users: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """Return the roles of each user, by id; users may ask for their own only."""
        result = self._session.call("role:get", {"users": [*listed("users", users)]})
        found = result if isinstance(result, dict) else {}
        return {
            user: tuple(str(r) for r in roles)
            for user, roles in found.items()
            if isinstance(roles, list)
        }

    def set_admin(self, roles: Iterable[str]) -> None:
        """Make these the admin roles, in place of all that were."""
        self._session.call("role:admin", {"roles": [*listed("roles", roles)]})

    def set_default(self, roles: Iterable[str]) -> None:
        """Make these the roles that new users get, in place of all that were."""
        self._session.call("role:default", {"roles": [*listed("roles", roles)]})

    def _change(self, action: str, users: Iterable[str], roles: Iterable[str]) -> None:
        payload: dict[str, JSON] = {
            "users": [*listed("users", users)],
            "roles": [*listed("roles", roles)],
        }
        for name, items in payload.items():
            if not items:
                msg = f"{action}: an empty list of {name} makes the server fail"
                raise QueryError(msg)
        self._session.call(action, payload)


def listed(name: str, items: Iterable[str]) -> tuple[str, ...]:
    """Return *items*; one text would become as many as it has letters.

    Raises:
        QueryError: it is one, or no list at all.
    """
    if isinstance(items, str) or not isinstance(items, abc.Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may have no checker
        msg = f"{name} are a list: write [{items!r:.80}]"
        raise QueryError(msg)
    return tuple(items)
