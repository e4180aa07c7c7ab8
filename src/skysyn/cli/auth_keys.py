"""Auth keys: the sets of fields that one can log in with, as text."""

from __future__ import annotations

import re

import typer

_SHAPE = re.compile(r"[^()]*(\([^()]*\)[^()]*)*")


def parse_auth_keys(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the sets of fields in text such as `username,(email,phone)`.

    Raises:
        BadParameter: there are none, or its parentheses are no pairs.
    """
    groups = _groups(text) if _SHAPE.fullmatch(text) else ()
    if not groups:
        msg = f"{text!r} names no fields: write them as in username,(email,phone)"
        raise typer.BadParameter(msg, param_hint="--auth-keys")
    return groups


def _groups(text: str) -> tuple[tuple[str, ...], ...]:
    groups: list[tuple[str, ...]] = []
    for number, part in enumerate(text.replace(")", "(").split("(")):
        names = tuple(name.strip() for name in part.split(",") if name.strip())
        groups += [names] if number % 2 else [(name,) for name in names]
    return tuple(group for group in groups if group)
