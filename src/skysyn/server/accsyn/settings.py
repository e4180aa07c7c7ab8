"""Settings of a local accsyn server: its workspaces, their users, its limits."""

from __future__ import annotations

import re
import secrets
from pathlib import Path  # attrs resolves it
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from skysyn.models import JSON

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
_ROLES = ("admin", "employee", "standard")
_FASTEST = 1_000_000_000
PASSWORD_HOURS = 10
"""How long a session is that began with a password, if nothing else is said."""


def _hidden(_: object) -> str:
    return "'***'"


def new_key() -> str:
    """Return a key that nobody can guess."""
    return secrets.token_hex(16)


def _check_role(_: object, __: object, value: str) -> None:
    if value not in _ROLES:
        msg = f"{value!r} is no role: use one of {', '.join(_ROLES)}"
        raise DeclarationError(msg)


def _check_email(_: object, __: object, value: str) -> None:
    name, at, _host = value.partition("@")
    is_named = bool(name) or not at
    if not value or not is_named or any(letter.isspace() for letter in value):
        msg = f"{value!r} is no user: use an email address"
        raise DeclarationError(msg)


def _lowered(text: str) -> str:
    return text.lower()


def _check_key(_: object, __: object, value: str | None) -> None:
    if value is not None and not value:
        msg = "an empty key or password lets anybody in: leave it out"
        raise DeclarationError(msg)


@attrs.frozen
class Account:
    """A user to make when the server starts, or whose keys to set; by email."""

    code: str = attrs.field(converter=_lowered, validator=_check_email)
    role: str = attrs.field(default="admin", validator=_check_role)
    api_key: str = attrs.field(factory=new_key, repr=_hidden, validator=_check_key)
    password: str | None = attrs.field(
        default=None, repr=_hidden, validator=_check_key, kw_only=True
    )


def _check_code(_: object, __: object, value: str) -> None:
    if not _CODE.fullmatch(value):
        msg = f"{value!r} is no workspace: use a short code, such as 'acmefilm'"
        raise DeclarationError(msg)


def _accounts(space: Space) -> tuple[Account, ...]:
    if not _CODE.fullmatch(space.code):
        return ()  # it is refused for its code
    return (Account(f"admin@{space.code.lower()}.example"),)


def _check_accounts(_: object, __: object, value: tuple[Account, ...]) -> None:
    codes = [account.code for account in value]
    twice = [code for code in codes if codes.count(code) > 1]
    if twice:
        msg = f"the user {twice[0]} is named twice: name each only once"
        raise DeclarationError(msg)


def _check_shares(_: object, __: object, value: Mapping[str, Path]) -> None:
    for code in value:
        if not _CODE.fullmatch(code):
            msg = f"{code!r} is no code of a share: use a short one, such as 'proj'"
            raise DeclarationError(msg)
    if len({code.lower() for code in value}) < len(value):
        msg = "name each share only once: codes are the same in any case"
        raise DeclarationError(msg)


@attrs.frozen
class Space:
    """A workspace by its *code*; *shares* are real folders by the code of a volume.

    The first share is the default volume. Without *accounts* there is one
    administrator with a key that is made up.
    """

    code: str = attrs.field(validator=_check_code)
    accounts: tuple[Account, ...] = attrs.field(
        default=attrs.Factory(_accounts, takes_self=True), validator=_check_accounts
    )
    shares: Mapping[str, Path] = attrs.field(
        factory=dict[str, Path], validator=_check_shares
    )


def _check_spaces(_: object, __: object, value: tuple[Space, ...]) -> None:
    codes = [space.code.lower() for space in value]
    if not codes or len(set(codes)) < len(codes):
        msg = "name at least one workspace, and each only once"
        raise DeclarationError(msg)


def _check_speed(_: object, __: object, value: float) -> None:
    # a comparison that NaN fails too
    if not 0 < value <= _FASTEST:
        msg = f"{value} is no speed: use more than 0 and at most {_FASTEST}"
        raise DeclarationError(msg)


@attrs.frozen(kw_only=True)
class AccsynSettings:
    """Who may use the server, and how it answers.

    *database* is `:memory:`, a file, `sqlite:///…` or `postgresql://…`. *speed* is how
    many times as fast as real time jobs move on. *session_seconds* is how long a login
    is good for; 0 means until nobody has used it for 90 days, but ten hours after a
    password. *rate_limit* allows each address 30 requests a second, and 60 at once.
    """

    spaces: tuple[Space, ...] = attrs.field(
        factory=lambda: (Space("acmefilm"),), validator=_check_spaces
    )
    database: str = ":memory:"
    speed: float = attrs.field(default=1.0, validator=_check_speed)
    session_seconds: int = attrs.field(default=0, validator=attrs.validators.ge(0))
    rate_limit: bool = False
    copy_seconds: float = attrs.field(default=10.0, validator=attrs.validators.ge(0))
    """How long a request waits for files that it finds to be copied."""
    integrations: Mapping[str, Callable[[str, JSON], JSON]] = attrs.field(
        factory=dict[str, "Callable[[str, JSON], JSON]"]
    )
    """What answers `integration()` calls, by name: of an operation and its data."""
    shows_api_keys: bool = False
    """Whether users may read their own API key, which accsyn forbids at first."""
    max_body: int = 16 * 1024 * 1024
    max_head: int = 4 * 1024 * 1024
    """How long a request line may be, in which data travel."""
