"""New passwords: held against the policy, and noted for the next time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import profiles
from .passwords import is_password
from .store import password_history

if TYPE_CHECKING:
    from .context import Context
    from .policy import PasswordPolicy
    from .store import Work
    from .store.users import User


def check(context: Context, user: User, password: str) -> None:
    """Refuse *password* as the next one of *user*, unless the policy allows it.

    Raises:
        RemoteError: it does not.
    """
    policy = context.settings.passwords
    with context.store.read() as work:
        profile = profiles.find(work, user.id)
        had = _had(work, policy, user)
    policy.check(password, {} if profile is None else profile.values)
    # outside of the transaction, as each takes some milliseconds
    if any(is_password(stored, password) for stored in had):
        raise policy.reused()


def _had(work: Work, policy: PasswordPolicy, user: User) -> set[str]:
    """Return the hashes of the passwords that *user* may not take again."""
    if not policy.has_history:
        return set()
    size, days = policy.history_size, policy.history_days
    found = set(password_history.recent(work, user.id, size=size, days=days))
    return found | {user.password} if user.password else found


def note(work: Work, policy: PasswordPolicy, user_id: str, stored: str | None) -> None:
    """Note the hash of a new password, if old ones count."""
    if stored is not None and policy.has_history:
        size, days = policy.history_size, policy.history_days
        password_history.keep(work, user_id, stored)
        password_history.prune(work, user_id, size=size, days=days)
