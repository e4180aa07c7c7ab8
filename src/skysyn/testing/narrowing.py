"""What JSON and YAML were read into, by its type."""

from __future__ import annotations

from typing import TypeGuard


def is_mapping(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether *value* is a mapping; keys that were read are text."""
    return isinstance(value, dict)


def is_items(value: object) -> TypeGuard[list[object]]:
    """Return whether *value* is a list."""
    return isinstance(value, list)
