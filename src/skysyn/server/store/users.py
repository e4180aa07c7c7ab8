"""Users: the hidden half of a user, with password and roles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import bindparam, delete, insert, select, update

from . import system
from .foresight import Lookup
from .listed import Listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .store import Work


@attrs.frozen
class User:
    """One user's row; *password* is a hash."""

    id: str
    password: str | None = attrs.field(default=None, repr=False)
    token_valid_since: datetime | None = None
    last_seen_at: datetime | None = None
    disabled: bool = False
    disabled_message: str | None = None
    disabled_expiry: datetime | None = None
    roles: frozenset[str] = frozenset()

    def is_disabled(self, now: datetime) -> bool:
        """Whether the user may not log in now."""
        expiry = self.disabled_expiry
        return self.disabled and (expiry is None or expiry > now)


COLUMNS = (
    system.auth.c.id,
    system.auth.c.password,
    system.auth.c.token_valid_since,
    system.auth.c.last_seen_at,
    system.auth.c.disabled,
    system.auth.c.disabled_message,
    system.auth.c.disabled_expiry,
    select(Listed(system.auth_role.c.role_id))
    .where(system.auth_role.c.auth_id == system.auth.c.id)
    .correlate(system.auth)
    .label("roles"),
)
"""What `from_row()` needs."""
# made once, as every request of a user's asks for these
_FIND = select(*COLUMNS).where(system.auth.c.id == bindparam("user_id"))


def find(work: Work, user_id: str) -> User | None:
    """Return the user with this id."""
    return from_row(work.row(lookup(user_id)))


def lookup(user_id: str) -> Lookup:
    """Return what finds a user, for `from_row()`."""
    return Lookup(_FIND, {"user_id": user_id})


def from_row(row: Sequence[Any] | None) -> User | None:
    """Return the user whose `COLUMNS` are in *row*, if there is one."""
    if row is None or row[0] is None:
        return None
    user_id, password, since, seen, disabled, message, expiry, held = row
    roles = frozenset(held or ())
    return User(user_id, password, since, seen, disabled, message, expiry, roles)


def create(
    work: Work, user_id: str, password: str | None, *, with_roles: bool = False
) -> User:
    """Make a user; *with_roles* gives them the roles that new users get."""
    row: dict[str, Any] = {"id": user_id, "password": password, "disabled": False}
    if password is not None:
        row["token_valid_since"] = datetime.now(UTC)  # from when the password is
    work.connection.execute(insert(system.auth), row)
    roles: frozenset[str] = frozenset()
    if with_roles:
        roles = flagged(work, "by_default")
        if roles:
            assign(work, [user_id], roles)
    return User(user_id, password, roles=roles)


def change(work: Work, user_id: str, **values: Any) -> None:
    """Set columns of a user."""
    work.connection.execute(
        update(system.auth).where(system.auth.c.id == user_id).values(**values)
    )


def existing(work: Work, user_ids: Iterable[str]) -> list[str]:
    """Return those of *user_ids* that are users."""
    column = system.auth.c.id
    found = work.connection.execute(select(column).where(column.in_(set(user_ids))))
    return list(found.scalars())


def roles_of(work: Work, user_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the roles of each of *user_ids*; strangers have none."""
    found: dict[str, set[str]] = {user: set() for user in user_ids}
    column = system.auth_role.c
    asked = select(column.auth_id, column.role_id).where(column.auth_id.in_(found))
    for user, role in work.connection.execute(asked):
        found[user].add(role)
    return {user: frozenset(roles) for user, roles in found.items()}


def flagged(work: Work, flag: str) -> frozenset[str]:
    """Return the roles with *flag*: `by_default` or `is_admin`."""
    asked = select(system.role.c.id).where(system.role.c[flag])
    return frozenset(work.connection.execute(asked).scalars())


def know_roles(work: Work, roles: Iterable[str]) -> None:
    """Make those of *roles* that are not known yet."""
    wanted = set(roles)
    asked = select(system.role.c.id).where(system.role.c.id.in_(wanted))
    new = wanted - set(work.connection.execute(asked).scalars())
    if new:
        rows = [{"id": r, "by_default": False, "is_admin": False} for r in sorted(new)]
        work.connection.execute(insert(system.role), rows)


def flag(work: Work, name: str, roles: Iterable[str]) -> None:
    """Set a flag on *roles* and on no others."""
    work.hold(f"roles {name}")
    know_roles(work, roles)
    column = system.role.c.id
    work.connection.execute(update(system.role).values({name: column.in_(set(roles))}))


def assign(work: Work, user_ids: Iterable[str], roles: Iterable[str]) -> None:
    """Give *roles* to users; who is no user is left out."""
    know_roles(work, roles)
    users = existing(work, user_ids)
    had = roles_of(work, users)
    rows = [
        {"auth_id": user, "role_id": role}
        for user in users
        for role in sorted(set(roles) - had[user])
    ]
    if rows:
        work.connection.execute(insert(system.auth_role), rows)


def revoke(work: Work, user_ids: Iterable[str], roles: Iterable[str]) -> None:
    """Take *roles* from users."""
    column = system.auth_role.c
    work.connection.execute(
        delete(system.auth_role).where(
            column.auth_id.in_(set(user_ids)), column.role_id.in_(set(roles))
        )
    )
