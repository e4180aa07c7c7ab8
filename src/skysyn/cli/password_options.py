"""Options of passwords: what `skysyn serve` wants of them, and who is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import attrs
import typer

if TYPE_CHECKING:
    from skysyn.server.policy import PasswordPolicy


def _rule(name: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        envvar=f"USER_AUDIT_PW_{name}", help=text
    )
    return option


def _number(name: str, text: str, most: int | None = None) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(
        envvar=f"USER_AUDIT_PW_{name}", help=text, min=0, max=most
    )
    return option


@attrs.frozen(kw_only=True)
class PasswordOptions:
    """What the command line says about passwords."""

    password_min_length: Annotated[
        int, _number("MIN_LENGTH", "How many bytes passwords have at least.")
    ] = 0
    password_uppercase: Annotated[
        bool, _rule("UPPERCASE_REQUIRED", "They have an upper case letter.")
    ] = False
    password_lowercase: Annotated[
        bool, _rule("LOWERCASE_REQUIRED", "They have a lower case letter.")
    ] = False
    password_digit: Annotated[bool, _rule("DIGIT_REQUIRED", "They have a digit.")] = (
        False
    )
    password_symbol: Annotated[
        bool, _rule("SYMBOL_REQUIRED", "They have something else.")
    ] = False
    password_min_level: Annotated[
        int, _number("MIN_GUESSABLE_LEVEL", "How hard to guess, 1 to 5.", 5)
    ] = 0
    password_excluded_words: Annotated[
        str, _rule("EXCLUDED_KEYWORDS", "What none has in it, by commas.")
    ] = ""
    password_excluded_fields: Annotated[
        str, _rule("EXCLUDED_FIELDS", "Fields of users of which neither.")
    ] = ""
    password_history_size: Annotated[
        int, _number("HISTORY_SIZE", "How many old ones cannot be taken again.")
    ] = 0
    password_history_days: Annotated[
        int, _number("HISTORY_DAYS", "Nor those of how many days.", 36_500)
    ] = 0
    password_expiry_days: Annotated[
        int, _number("EXPIRY_DAYS", "After how many days it must be another.", 36_500)
    ] = 0
    audit: Annotated[
        bool | None,
        typer.Option(envvar="USER_AUDIT_ENABLED", help="Whether there is a trail."),
    ] = None
    audit_trail: Annotated[
        str,
        typer.Option(
            envvar="USER_AUDIT_TRAIL_HANDLER_URL",
            help="The file that tells who logs in, also as file:///…",
        ),
    ] = ""

    def policy(self) -> PasswordPolicy:
        """Return what passwords must be like."""
        from skysyn.server.policy import PasswordPolicy  # noqa: PLC0415  # if it is there

        return PasswordPolicy(
            min_length=self.password_min_length,
            uppercase_required=self.password_uppercase,
            lowercase_required=self.password_lowercase,
            digit_required=self.password_digit,
            symbol_required=self.password_symbol,
            min_guessable_level=self.password_min_level,
            excluded_keywords=_words(self.password_excluded_words),
            excluded_fields=_words(self.password_excluded_fields),
            history_size=self.password_history_size,
            history_days=self.password_history_days,
            expiry_days=self.password_expiry_days,
        )

    def trail(self) -> Path | None:
        """Return the file that tells who logs in.

        Raises:
            DeclarationError: it is a URL of something else.
        """
        from skysyn.server.trail import parse  # noqa: PLC0415  # as above

        if not self.audit_trail or self.audit is False:
            return None
        named = self.audit_trail
        return Path(parse(named) if "://" in named else named)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
