"""What rules for fields allow: the same by every path, as an oracle says."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from .campaigns import SCALE

if TYPE_CHECKING:
    from .asking import Asker

pytestmark = pytest.mark.slow

FIELDS, WORLDS = 30, 2 * SCALE
RIGHTS = ("writable", "readable", "comparable", "discoverable")
RANKS = ("_owner", "_user_id", "_field", "_role", "_any_user", "_public")
Rule = dict[str, Any]


@attrs.frozen
class Who:
    """One who asks, as the oracle sees them."""

    asker: Asker
    roles: frozenset[str] = frozenset()

    def is_(self, role: str, record: Rule | None) -> bool:
        """Whether a rule for *role* is for them; queries know of no record."""
        me = self.asker.user_id
        kind, _, value = role.partition(":")
        if kind == "_public":
            return True
        if not me:
            return False
        if kind in {"_owner", "_field"}:
            name = "_ownerID" if kind == "_owner" else value
            return record is not None and record.get(name) == me
        return {
            "_any_user": True,
            "_user_id": value == me,
            "_role": value in self.roles,
        }[kind]


def may(
    who: Who, right: str, field: str, rules: list[Rule], record: Rule | None
) -> bool:
    """The oracle: protocol §12.4, read independently of the server."""
    about = [rule for rule in rules if rule["record_field"] == field]
    about = about or [rule for rule in rules if rule["record_field"] == "*"]
    ranked = sorted(
        about,
        key=lambda r: (RANKS.index(r["user_role"].partition(":")[0]), r["user_role"]),
    )
    first = (rule[right] for rule in ranked if who.is_(rule["user_role"], record))
    return not about or next(first, False)


def make_rules(dice: random.Random, roles: list[str]) -> list[Rule]:
    """Return rules for most fields, and at times one for all the others."""
    about = [f"f{number}" for number in range(FIELDS) if dice.random() < 0.8]
    about += ["*"] * dice.randrange(2)
    return [
        {"record_type": "note", "record_field": field, "user_role": role}
        | {right: dice.random() < 0.5 for right in RIGHTS}
        for field in about
        for role in dice.sample(roles, dice.randrange(1, 4))
    ]


def test_rules_for_fields_hold_by_every_path(anyone: Asker, master: Asker) -> None:
    people = {name: Who(anyone.signup(name)) for name in ("ada", "bob", "cat")}
    ada, cat = people["ada"].asker, people["cat"].asker
    master.result("role:assign", users=[cat.user_id], roles=["boss"])
    people |= {"cat": Who(cat, frozenset({"boss"})), "anyone": Who(anyone)}
    values = {f"f{number}": number for number in range(FIELDS)}
    roles = ["_owner", f"_user_id:{ada.user_id}", "_field:friend", "_role:boss"]
    roles += ["_role:other", "_any_user", "_public"]
    open_to_all = [{"public": True, "level": "write"}]
    dice, wrong = random.Random(7), list[Any]()

    for world in range(WORLDS):
        rules = make_rules(dice, roles)
        rules.append(rules[0] | {"record_field": "friend", "user_role": "_public"})
        rules[-1] |= dict.fromkeys(RIGHTS, True)
        current = master.result("schema:field_access:get")["access"]
        others = [rule for rule in current if rule["record_type"] != "note"]
        master.result("schema:field_access:update", access=[])
        records: list[Rule] = [
            {"_id": f"note/{world}-{owner}-{friend}", "_access": open_to_all}
            | values
            | {"friend": people[friend].asker.user_id}
            for owner in ("ada", "bob")
            for friend in ("ada", "cat")
        ]
        for record in records:
            people[record["_id"].split("-")[1]].asker.save(record)
        master.result("schema:field_access:update", access=[*others, *rules])
        for name, who in people.items():
            found = check(who, rules, [record["_id"] for record in records])
            wrong += [(world, name, *each) for each in found]

    assert wrong[:5] == []


def check(who: Who, rules: list[Rule], ids: list[str]) -> list[Any]:
    """Return in what the server and the oracle differ for *who*."""
    wrong: list[Any] = []
    master = who.asker.as_master()
    whole = master.result("record:fetch", ids=ids)
    fetched = who.asker.result("record:fetch", ids=ids)
    queried = who.asker.result("record:query", record_type="note", limit=1000)
    by_id = {record["_id"]: record for record in queried}
    names = [f"f{number}" for number in range(FIELDS)]
    for record, seen in zip(whole, fetched, strict=True):
        wanted = {n for n in names if may(who, "readable", n, rules, record)}
        for path, found in (("fetch", seen), ("query", by_id[record["_id"]])):
            if wanted != set(names) & found.keys():
                wrong.append((path, wanted ^ (set(names) & found.keys())))
    for name in names:
        comparable = may(who, "comparable", name, rules, None)
        discoverable = comparable or may(who, "discoverable", name, rules, None)
        keypath = {"$type": "keypath", "$val": name}
        asked: dict[str, tuple[dict[str, Any], bool]] = {
            "greater": ({"predicate": ["gt", keypath, 0]}, comparable),
            "equal": ({"predicate": ["eq", keypath, 0]}, discoverable),
            "sort": ({"sort": [[keypath, "asc"]]}, comparable),
        }
        for path, (how, wanted_) in asked.items():
            body = who.asker.ask("record:query", record_type="note", limit=0, **how)
            code = body.get("error", {}).get("code")
            if code != (None if wanted_ else 124):
                wrong.append((path, name, code))
    return wrong + check_writing(who, rules, whole)


def check_writing(who: Who, rules: list[Rule], whole: list[Rule]) -> list[Any]:
    names = [f"f{number}" for number in range(FIELDS)]
    wrong: list[Any] = []
    for record in whole if who.asker.token else []:
        sent = {name: record[name] + 1000 for name in names}
        who.asker.save({"_id": record["_id"], **sent})
        [after] = who.asker.as_master().result("record:fetch", ids=[record["_id"]])
        changed = {name for name in names if after[name] != record[name]}
        wanted = {n for n in names if may(who, "writable", n, rules, record)}
        if changed != wanted:
            wrong.append(("save", changed ^ wanted))
    return wrong
