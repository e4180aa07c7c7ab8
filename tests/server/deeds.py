"""Deeds: what people do at random to records and rights, and what must come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
from hypothesis import strategies as st

from . import test_field_rights as field_rights
from . import test_rights as rights

if TYPE_CHECKING:
    from .asking import Asker

Entry = dict[str, Any]
USERS = ("ada", "bob", "cat")
EVERYONE = (*USERS, "anyone", "master")
KEYS = ("1", "2", "3")
ROLES = ("boss", "staff")
FIELDS = ("v", "file")

_level = st.sampled_from(["read", "write"])
_user = st.sampled_from(USERS)
_role = st.sampled_from(ROLES)
# `user:` and `field:` names are replaced by ids when it is done
_entry = st.one_of(
    st.fixed_dictionaries({"public": st.booleans(), "level": _level}),
    st.fixed_dictionaries({"role": _role, "level": _level}),
    st.fixed_dictionaries({"user_id": _user, "level": _level}),
    st.fixed_dictionaries(
        {
            "user_id": _user,
            "relation": st.sampled_from(["$direct", "friend"]),
            "level": _level,
        }
    ),
    st.fixed_dictionaries({"relation": st.just("friend"), "level": _level}),
)
_access = st.none() | st.lists(_entry, max_size=3)
_holder = st.sampled_from(["_owner", "_any_user", "_public", "_user_id", "_role"])
_rule = st.tuples(
    st.sampled_from([*FIELDS, "*"]),
    _holder,
    _user,
    _role,
    st.tuples(*[st.booleans()] * 4),
)
_key = st.sampled_from(KEYS)
DEED = st.one_of(
    st.tuples(st.just("save"), st.sampled_from(EVERYONE), _key, _access),
    st.tuples(st.just("save"), st.sampled_from(EVERYONE), _key, _access),
    st.tuples(st.just("delete"), st.sampled_from(EVERYONE), _key),
    st.tuples(st.just("default"), st.lists(_entry, max_size=2)),
    st.tuples(st.just("create"), st.frozensets(_role)),
    st.tuples(st.just("roles"), _user, st.frozensets(_role)),
    st.tuples(st.just("rules"), st.lists(_rule, max_size=4)),
)


_list = st.lists(_entry, min_size=1, max_size=2)
_first = [st.tuples(st.just("save"), _user, st.just(key), _list) for key in KEYS]
DEEDS = st.tuples(st.tuples(*_first), st.lists(DEED, min_size=10, max_size=20))
"""Records that not everybody may read or write, and what is done to them then."""


@attrs.define
class Doc:
    """One record, as it must be."""

    owner: str
    access: list[Entry] | None
    values: dict[str, str] = attrs.field(factory=dict[str, str])


@attrs.define
class Oracle:
    """What there must be: protocol §12, read independently of the server."""

    people: dict[str, Asker]
    docs: dict[str, Doc] = attrs.field(factory=dict[str, Doc])
    default: list[Entry] | None = None
    creators: frozenset[str] = frozenset()
    roles: dict[str, frozenset[str]] = attrs.field(factory=dict[str, frozenset[str]])
    rules: list[Entry] = attrs.field(factory=list[Entry])

    def held(self, name: str) -> frozenset[str]:
        """Return the roles of somebody."""
        return self.roles.get(name, frozenset())

    def allows(self, name: str, doc: Doc, level: str) -> bool:
        """Return whether somebody may read or write *doc*."""
        is_master = name == "master"
        who = rights.Who(self.people[name], self.held(name), is_master=is_master)
        return rights.expected(who, doc.owner, doc.access, level)

    def allows_field(self, name: str, right: str, field: str, doc: Doc | None) -> bool:
        """Return whether somebody may do this with a field; queries know no *doc*."""
        who = field_rights.Who(self.people[name], self.held(name))
        record = None if doc is None else {"_ownerID": doc.owner}
        return name == "master" or field_rights.may(
            who, right, field, self.rules, record
        )

    def save(
        self, name: str, key: str, access: list[Entry] | None, sent: dict[str, str]
    ) -> bool:
        """Return whether somebody could save *sent*, and note what came of it."""
        doc = self.docs.get(key)
        wanted = self.default if access is None else access
        if name == "anyone":
            return False
        if doc is None:
            may_create = not self.creators or self.creators & self.held(name)
            if not (may_create or name == "master"):
                return False
            doc = self.docs[key] = Doc(self.people[name].user_id or "_god", wanted)
        elif not self.allows(name, doc, "write"):
            return False
        elif wanted is not None:
            doc.access = wanted
        for field, value in sent.items():
            if self.allows_field(name, "writable", field, doc):
                doc.values[field] = value
        return True

    def told(self, doc: Doc) -> set[tuple[str, str]]:
        """Return which subscriptions of whom a change of *doc* must be told."""
        found: set[tuple[str, str]] = set()
        for name in USERS:
            if self.allows(name, doc, "read"):
                found.add((name, "all"))
                comparable = self.allows_field(name, "comparable", "v", None)
                if comparable and "v" in doc.values:
                    found.add((name, "v"))
        return found

    def seen(self, name: str) -> dict[str, dict[str, str]]:
        """Return which fields of which records somebody must see."""
        return {
            key: {
                field: value
                for field, value in doc.values.items()
                if self.allows_field(name, "readable", field, doc)
            }
            for key, doc in self.docs.items()
            if self.allows(name, doc, "read")
        }
