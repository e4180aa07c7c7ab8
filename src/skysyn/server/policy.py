"""Policy: which passwords users may have, and for how long (protocol §13.9)."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from skysyn.dialects.skygear.refusals import refuse
from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skysyn.errors import RemoteError

    from .store.users import User

_LOOKED_AT = 72
"""How much of a password is rated: rating a long one takes very long."""
DAYS = 36_500
"""The most days that count, which is a century."""
_LETTERS_AND_DIGITS = frozenset(string.ascii_letters + string.digits)


def _check_level(_: object, __: object, value: int) -> None:
    if value not in range(6):
        msg = f"a guessable level is 1 to 5, or 0 for none, not {value}"
        raise DeclarationError(msg)


def _check_days(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    if not 0 <= value <= DAYS:
        msg = f"{attribute.name} is {value}: use 0 to {DAYS}"
        raise DeclarationError(msg)


@attrs.frozen(kw_only=True)
class PasswordPolicy:
    """What passwords must be like; by default they may be anything.

    *min_guessable_level* is from 1, which anything has, to 5, which is very hard to
    guess. A password has none of the *excluded_keywords*, nor what the user has in
    *excluded_fields*. It is none of the last *history_size* passwords, and none of the
    last *history_days* days. After *expiry_days* days it has to be changed.
    """

    min_length: int = 0
    uppercase_required: bool = False
    lowercase_required: bool = False
    digit_required: bool = False
    symbol_required: bool = False
    min_guessable_level: int = attrs.field(default=0, validator=_check_level)
    excluded_keywords: tuple[str, ...] = ()
    excluded_fields: tuple[str, ...] = ()
    history_size: int = 0
    history_days: int = attrs.field(default=0, validator=_check_days)
    expiry_days: int = attrs.field(default=0, validator=_check_days)

    @property
    def has_history(self) -> bool:
        """Whether old passwords count."""
        return self.history_size > 0 or self.history_days > 0

    def check(self, password: str, fields: Mapping[str, object]) -> None:
        """Refuse *password* for a user with these *fields*, unless it is allowed.

        Raises:
            RemoteError: it is not; its info has the reason.
        """
        texts = {k: value for k, value in fields.items() if isinstance(value, str)}
        for refusal in self._refusals(password, texts):
            raise refusal

    def _refusals(
        self, password: str, fields: Mapping[str, str]
    ) -> Iterator[RemoteError]:
        length = len(password.encode("utf-8", "replace"))
        if length < self.min_length:
            info = {"min_length": self.min_length, "pw_length": length}
            yield violated("PasswordTooShort", "password too short", **info)
        yield from self._missing(set(password))
        if self._is_excluded(password, fields):
            reason = "PasswordContainingExcludedKeywords"
            yield violated(reason, "password containing excluded keywords")
        if self.min_guessable_level:
            level = _level(password, fields)
            if level < self.min_guessable_level:
                info = {"min_level": self.min_guessable_level, "pw_level": level}
                reason = "PasswordBelowGuessableLevel"
                yield violated(reason, "password below guessable level", **info)

    def _missing(self, letters: set[str]) -> Iterator[RemoteError]:
        for is_required, kind, is_there in (
            (self.uppercase_required, "uppercase", letters & {*string.ascii_uppercase}),
            (self.lowercase_required, "lowercase", letters & {*string.ascii_lowercase}),
            (self.digit_required, "digit", letters & {*string.digits}),
            (self.symbol_required, "symbol", letters - _LETTERS_AND_DIGITS),
        ):
            if is_required and not is_there:
                reason = f"Password{kind.capitalize()}Required"
                yield violated(reason, f"password {kind} required")

    def _is_excluded(self, password: str, fields: Mapping[str, str]) -> bool:
        own = [fields[name] for name in self.excluded_fields if name in fields]
        found = password.lower()
        return any(
            word and word.lower() in found for word in (*self.excluded_keywords, *own)
        )

    def reused(self) -> RemoteError:
        """Return the refusal of a password that the user had before."""
        info = {"history_size": self.history_size, "history_days": self.history_days}
        return violated("PasswordReused", "password reused", **info)

    def has_expired(self, user: User) -> bool:
        """Whether the password of *user* is too old."""
        if not self.expiry_days or not user.password or not user.token_valid_since:
            return False
        age = datetime.now(UTC) - user.token_valid_since
        return age > timedelta(days=self.expiry_days)


def expired() -> RemoteError:
    """Return the refusal of a user whose password is too old."""
    info = {"reason": "PasswordExpired"}
    return refuse(126, "password expired", info=info, status=401)


def violated(reason: str, message: str, **info: int) -> RemoteError:
    """Return the refusal of a password, for a *reason* that programs know."""
    return refuse(126, message, info={"reason": reason, **info})


def _level(password: str, fields: Mapping[str, str]) -> int:
    """Return how hard *password* is to guess, from 1 to 5."""
    # not at the top: it reads its dictionaries, which few servers need
    from zxcvbn import zxcvbn  # noqa: PLC0415  # only when it is wanted

    rated: int = zxcvbn(password[:_LOOKED_AT], [*fields.values()])["score"]
    return rated + 1
