"""Actions on the schema: types, columns and the rules for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, insert

from skysyn.dialects.skygear.batches import (
    dump_access,
    load_all,
    load_entry,
    load_plain,
    load_texts,
)
from skysyn.dialects.skygear.refusals import refuse, undecodable, unexpected
from skysyn.server import chains
from skysyn.server.cloud import events
from skysyn.server.store import catalog, kinds, migration, system, users
from skysyn.server.store.field_rights import is_role, rank

from .action import Action

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from skysyn.models import JSON
    from skysyn.server.context import Context
    from skysyn.server.store import Work
    from skysyn.server.store.catalog import FieldRule
    from skysyn.server.store.kinds import Kind

_CHAIN = (chains.key, chains.dev, chains.database)
_ADMIN = (chains.authn, chains.optional_user, chains.admin)
_FLAGS = ("writable", "readable", "comparable", "discoverable")


class _Column(msgspec.Struct):
    name: str = ""
    type: str = ""


class _Type(msgspec.Struct):
    fields: list[_Column] | None = None


class _DefaultAccess(msgspec.Struct):
    default_access: list[dict[str, Any] | None] = []


class _Rule(msgspec.Struct):
    record_type: str
    record_field: str
    user_role: str
    writable: bool
    readable: bool
    comparable: bool
    discoverable: bool


def fetch(context: Context) -> JSON:
    """Return all record types with their columns."""
    with context.store.read() as work:
        return {"record_types": events.describe(work)}


def create(context: Context) -> JSON:
    """Make types and columns."""
    said = context.asked.payload.get("record_types")
    try:
        types = msgspec.convert(said or {}, dict[str, _Type])
    except msgspec.ValidationError:
        raise undecodable() from None
    columns = {name: _columns(name, made.fields or ()) for name, made in types.items()}
    if context.store.extend(columns):
        events.tell_schema(context)
    return fetch(context)


def _columns(name: str, fields: Iterable[_Column]) -> dict[str, Kind]:
    if name.startswith("_"):
        raise refuse(108, "attempts to create reserved table", arguments=[name])
    found: dict[str, Kind] = {}
    for field in fields:
        if field.name.startswith("_"):
            msg = "attempts to create reserved field"
            raise refuse(108, msg, arguments=[field.name])
        if field.type in {"acl", "unknown"}:
            msg_0 = f"no column can be of type {field.type}"
            raise unexpected(msg_0)
        kind = kinds.parse(field.type)
        if kind is None or not field.name:
            raise refuse(108, "unexpected field type", arguments=[field.type])
        found[field.name] = kind
    return found


def rename(context: Context) -> JSON:
    """Give a column another name."""
    name, old, new = _arguments(context, "record_type", "item_name", "new_name")
    with context.store.write() as work:
        migration.rename(work.connection, _owner(work, name), old, new)
    events.tell_schema(context)
    return fetch(context)


def drop(context: Context) -> JSON:
    """Delete a column."""
    name, item = _arguments(context, "record_type", "item_name")
    with context.store.write() as work:
        migration.drop(work.connection, _owner(work, name), item)
    events.tell_schema(context)
    return fetch(context)


def _arguments(context: Context, *names: str) -> list[str]:
    values = [load_plain(context.asked.payload, name, str) or "" for name in names]
    missing = [name for name, value in zip(names, values, strict=True) if not value]
    if missing:
        raise refuse(108, "missing required fields", arguments=missing)
    for name, value in zip(names, values, strict=True):
        if value.startswith("_"):
            what = "table" if name == "record_type" else "key"
            raise refuse(108, f"attempts to change reserved {what}", arguments=[name])
    return values


def _owner(work: Work, name: str) -> catalog.RecordType:
    owner = work.catalog.types.get(name)
    if owner is None:
        raise refuse(110, f'record type "{name}" does not exist')
    return owner


def access(context: Context) -> JSON:
    """Set which roles may create records of a type."""
    roles = load_texts(context.asked.payload, "create_roles") or ()
    name = _type(context)
    with context.store.write() as work:
        catalog.touch(work.connection)
        users.know_roles(work, roles)
        table = system.creation
        work.connection.execute(delete(table).where(table.c.record_type == name))
        if roles:
            rows = [{"record_type": name, "role_id": r} for r in sorted(set(roles))]
            work.connection.execute(insert(table), rows)
    return {"type": name, **({"create_roles": list(roles)} if roles else {})}


def default_access(context: Context) -> JSON:
    """Set the access control list of records that are saved without one."""
    said = load_all(context.asked.payload, _DefaultAccess).default_access
    dumped = dump_access(load_entry(item, "default_access") for item in said)
    name = _type(context)
    with context.store.write() as work:
        catalog.touch(work.connection)
        table = system.default_access
        work.connection.execute(delete(table).where(table.c.record_type == name))
        row = {"record_type": name, "default_access": dumped}
        work.connection.execute(insert(table), row)
    return {"type": name, **({"default_access": [*said]} if said else {})}


def _type(context: Context) -> str:
    name = load_plain(context.asked.payload, "type", str)
    if not name:
        raise refuse(108, "missing required fields", arguments=["type"])
    return name


def get_field_access(context: Context) -> JSON:
    """Return the rules for fields."""
    with context.store.read() as work:
        return _dump_rules(catalog.load_rules(work.connection))


def update_field_access(context: Context) -> JSON:
    """Replace the rules for fields."""
    rules = _rules(context.asked.payload)
    rows = [msgspec.structs.asdict(rule) for rule in rules]
    with context.store.write() as work:
        catalog.touch(work.connection)
        work.connection.execute(delete(system.field_access))
        if rows:
            work.connection.execute(insert(system.field_access), rows)
        return _dump_rules(catalog.load_rules(work.connection))


def _rules(payload: Mapping[str, JSON]) -> list[_Rule]:
    said = payload.get("access") or []
    if not isinstance(said, list):
        raise undecodable()
    found: dict[tuple[str, str, str], _Rule] = {}
    for item in said:
        rule = _rule(item)
        place = rule.record_type, rule.record_field, rule.user_role
        if place in found:
            msg = "two entries are about the same field and role"
            raise unexpected(msg)
        found[place] = rule
    return list(found.values())


def _rule(item: JSON) -> _Rule:
    try:
        rule = msgspec.convert(item, _Rule)
    except msgspec.ValidationError:
        rule = None
    if rule is None or not is_role(rule.user_role):
        raise refuse(108, "invalid access entry", arguments=["access"])
    return rule


def _dump_rules(rules: Iterable[FieldRule]) -> JSON:
    def place(rule: FieldRule) -> Any:
        return rule.record_type, rule.record_field, rank(rule.user_role)

    return {
        "access": [
            {
                "record_type": rule.record_type,
                "record_field": rule.record_field,
                "user_role": rule.user_role,
                **{flag: getattr(rule, flag) for flag in _FLAGS},
            }
            for rule in sorted(rules, key=place)
        ]
    }


ACTIONS = {
    "schema:create": Action(_CHAIN, create),
    "schema:rename": Action(_CHAIN, rename),
    "schema:delete": Action(_CHAIN, drop),
    "schema:fetch": Action(_CHAIN, fetch),
    "schema:access": Action(_CHAIN, access),
    "schema:default_access": Action(_CHAIN, default_access),
    "schema:field_access:get": Action(_ADMIN, get_field_access),
    "schema:field_access:update": Action(_ADMIN, update_field_access),
}
