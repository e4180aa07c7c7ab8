"""Roles: who holds which, in a Skygear app."""

from __future__ import annotations

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
        result = self._session.call("role:get", {"users": _listed("users", users)})
        found = result if isinstance(result, dict) else {}
        return {
            user: tuple(str(r) for r in roles)
            for user, roles in found.items()
            if isinstance(roles, list)
        }

    def set_admin(self, roles: Iterable[str]) -> None:
        """Make these the admin roles, in place of all that were."""
        self._session.call("role:admin", {"roles": _listed("roles", roles)})

    def set_default(self, roles: Iterable[str]) -> None:
        """Make these the roles that new users get, in place of all that were."""
        self._session.call("role:default", {"roles": _listed("roles", roles)})

    def _change(self, action: str, users: Iterable[str], roles: Iterable[str]) -> None:
        payload: dict[str, JSON] = {
            "users": _listed("users", users),
            "roles": _listed("roles", roles),
        }
        for name, items in payload.items():
            if not items:
                msg = f"{action}: an empty list of {name} makes the server fail"
                raise QueryError(msg)
        self._session.call(action, payload)


def _listed(name: str, items: Iterable[str]) -> list[JSON]:
    """Return *items* as a list; one text would become a list of its letters."""
    if isinstance(items, str):
        msg = f"{name} are a list: write [{items!r}]"
        raise QueryError(msg)
    return list(items)
