"""Field rights: which fields of a record a caller may see, change and ask about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .caller import Caller
    from .catalog import Catalog, FieldRule

Right = Literal["readable", "writable", "comparable", "discoverable"]
_RANKS = ("_owner", "_user_id:", "_field:", "_role:", "_any_user", "_public")


def is_role(name: str) -> bool:
    """Whether a rule can be about *name*."""
    return name in {"_owner", "_any_user", "_public"} or any(
        name.startswith(rank) and len(name) > len(rank)
        for rank in ("_user_id:", "_field:", "_role:")
    )


def rank(name: str) -> tuple[int, str]:
    """Return the place of *name* among the roles of rules, the first to be asked."""
    for place, prefix in enumerate(_RANKS):
        if name == prefix or (prefix.endswith(":") and name.startswith(prefix)):
            return place, name
    return len(_RANKS), name


class FieldRights:
    """The field rules of an app, asked for one caller."""

    def __init__(self, catalog: Catalog, caller: Caller) -> None:
        self._caller = caller
        self._groups: dict[tuple[str, str], list[FieldRule]] = {}
        for rule in sorted(catalog.rules, key=lambda rule: rank(rule.user_role)):
            place = rule.record_type, rule.record_field
            self._groups.setdefault(place, []).append(rule)

    def may(
        self,
        right: Right,
        record_type: str,
        field: str,
        record: tuple[str, Mapping[str, object]] | None = None,
    ) -> bool:
        """Whether the caller has *right* on a field of *record*: its owner and fields.

        In queries there is no record, so that rules about owners never apply.
        """
        if self._caller.is_master or not self._groups or field.startswith("_"):
            return True
        for place in (
            (record_type, field),
            (record_type, "*"),
            ("*", field),
            ("*", "*"),
        ):
            group = self._groups.get(place)
            if group:
                return self._decide(group, right, record)
        return True

    def _decide(
        self,
        group: Sequence[FieldRule],
        right: Right,
        record: tuple[str, Mapping[str, object]] | None,
    ) -> bool:
        for rule in group:
            if self._applies(rule.user_role, record):
                found: bool = getattr(rule, right)
                return found
        return False

    def _applies(
        self, role: str, record: tuple[str, Mapping[str, object]] | None
    ) -> bool:
        user = self._caller.user_id
        if role == "_public":
            return True
        if user is None:
            return False
        name, _, value = role.partition(":")
        match name:
            case "_any_user":
                return True
            case "_user_id":
                return value == user
            case "_role":
                return value in self._caller.roles
            case "_owner":
                return record is not None and record[0] == user
            case _:
                return record is not None and _holds(record[1].get(value), user)


def _holds(value: object, user: str) -> bool:
    return value == user or (isinstance(value, list) and user in value)
