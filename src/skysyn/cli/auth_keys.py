"""Auth keys: the sets of fields that one can log in with, as text."""

from __future__ import annotations


def parse_auth_keys(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the sets of fields in text such as `username,(email,phone)`."""
    groups: list[tuple[str, ...]] = []
    for number, part in enumerate(text.replace(")", "(").split("(")):
        names = tuple(name.strip() for name in part.split(",") if name.strip())
        groups += [names] if number % 2 else [(name,) for name in names]
    return tuple(group for group in groups if group)
