"""Rights in random worlds: nobody sees, changes or is told what they may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from skysyn.server import Server
from skysyn.server.push import Push

from .asking import Asker, settings
from .campaigns import SCALE
from .deeds import DEEDS, EVERYONE, KEYS, ROLES, USERS, Oracle
from .subscribing import register
from .test_assets import put, send

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skysyn.server.snapshot import Snapshot

    from .postgres import Postgres

pytestmark = pytest.mark.slow

EXAMPLES = {"sqlite": 20, "postgresql": 8}
RIGHTS = ("writable", "readable", "comparable", "discoverable")
CONTENTS = {"x": b"the first file", "y": b"the second file"}


@attrs.define
class World:
    """A server with people, their devices and two files, before anything is done."""

    people: dict[str, Asker]
    devices: dict[str, str]
    files: dict[str, str]
    others: list[dict[str, Any]]
    snapshot: Snapshot
    oracle: Oracle
    step: int = 0

    @property
    def master(self) -> Asker:
        return self.people["master"]

    def reset(self) -> None:
        """Undo everything."""
        self.master.server.reset(self.snapshot)
        self.oracle, self.step = Oracle(self.people), 0

    def told(self) -> set[tuple[str, str]]:
        """Return which subscriptions of whom were told something since then."""
        server = self.master.server
        server.settle()
        sent = [(s.device.id, dict(s.content)) for s in server.pushes]
        server.pushes.clear()
        owners = {device: name for name, device in self.devices.items()}
        found: set[tuple[str, str]] = set()
        for device, content in sent:
            data = content["data"]
            assert isinstance(data, dict)
            found.add((owners[device], str(data["subscription-id"])))
        return found

    def entries(self, drawn: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return an access list with ids for the names of users."""
        return [
            {**entry, "user_id": self.people[entry["user_id"]].user_id}
            if "user_id" in entry
            else dict(entry)
            for entry in drawn
        ]

    def do(self, deed: tuple[Any, ...]) -> None:
        """Do something; fail unless what comes of it is what must."""
        self.step += 1
        match deed:
            case "save", name, key, access:
                self.save(name, key, None if access is None else self.entries(access))
            case "delete", name, key:
                self.delete(name, key)
            case "default", access:
                self.oracle.default = self.entries(access)
                self.master.result(
                    "schema:default_access",
                    type="doc",
                    default_access=self.oracle.default,
                )
            case "create", roles:
                self.oracle.creators = roles
                self.master.result("schema:access", type="doc", create_roles=[*roles])
            case "roles", name, roles:
                self.assign(name, roles)
            case "rules", rules:
                self.rule(rules)
            case _:
                pytest.fail(f"nobody does {deed}")

    def save(self, name: str, key: str, access: list[dict[str, Any]] | None) -> None:
        file = "xy"[self.step % 2]
        asset = {"$type": "asset", "$name": self.files[file]}
        record: dict[str, Any] = {
            "_id": f"doc/{key}",
            "v": f"v{self.step}",
            "file": asset,
        }
        if access is not None:
            record["_access"] = access
        body = self.people[name].ask("record:save", records=[record])
        sent = {"v": f"v{self.step}", "file": file}
        wanted = self.oracle.save(name, key, access, sent)
        saved = "error" not in body and body["result"][0]["_type"] == "record"
        assert saved == wanted, (name, key, body)
        told = self.oracle.told(self.oracle.docs[key]) if saved else set[Any]()
        assert self.told() == told

    def delete(self, name: str, key: str) -> None:
        body = self.people[name].ask("record:delete", ids=[f"doc/{key}"])
        doc = self.oracle.docs.get(key)
        may = doc is not None and name != "anyone"
        may = may and doc is not None and self.oracle.allows(name, doc, "write")
        deleted = "error" not in body and body["result"][0]["_type"] == "record"
        assert deleted == may, (name, key, body)
        told = self.oracle.told(doc) if doc is not None and deleted else set[Any]()
        assert self.told() == told
        if deleted:
            del self.oracle.docs[key]

    def assign(self, name: str, roles: frozenset[str]) -> None:
        users = [self.people[name].user_id]
        self.master.result("role:revoke", users=users, roles=[*ROLES])
        if roles:
            self.master.result("role:assign", users=users, roles=[*roles])
        self.oracle.roles[name] = roles

    def rule(self, drawn: list[tuple[Any, ...]]) -> None:
        made: dict[tuple[str, str], dict[str, Any]] = {}
        for field, holder, user, role, flags in drawn:
            suffix = {"_user_id": f":{self.people[user].user_id}", "_role": f":{role}"}
            who = holder + suffix.get(holder, "")
            place = {"record_type": "doc", "record_field": field, "user_role": who}
            made[field, who] = place | dict(zip(RIGHTS, flags, strict=True))
        self.oracle.rules = [*made.values()]
        access = [*self.others, *self.oracle.rules]
        self.master.result("schema:field_access:update", access=access)

    def check(self) -> None:
        """Fail unless everybody sees, by every path, what they must and no more."""
        hops = [
            {"_id": f"hop/{key}", "to": {"$type": "ref", "$id": f"doc/{key}"}}
            for key in self.oracle.docs
        ]
        if hops:
            self.master.save({"_id": "hop/0", "_access": None}, *hops)
        for name in EVERYONE:
            asker, wanted = self.people[name], self.oracle.seen(name)
            ids = [f"doc/{key}" for key in KEYS]
            to = {"to": {"$type": "keypath", "$val": "to"}}
            fetched = asker.result("record:fetch", ids=ids)
            queried = asker.result("record:query", record_type="doc")
            counted = asker.ask("record:query", record_type="doc", count=True, limit=0)
            found = asker.result("record:query", record_type="hop", include=to)
            included = [hop.get("_transient", {}).get("to") for hop in found]
            for path, records in (
                ("fetch", [entry for entry in fetched if entry["_type"] == "record"]),
                ("query", queried),
                ("include", [record for record in included if record]),
            ):
                assert self.shown(records) == wanted, (name, path)
            assert counted["info"]["count"] == len(wanted)

    def shown(self, records: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
        """Return the fields of records; fail unless their files can be fetched."""
        names = {stored: name for name, stored in self.files.items()}
        found: dict[str, dict[str, str]] = {}
        for record in records:
            fields = found[record["_id"].partition("/")[2]] = {}
            if "v" in record:
                fields["v"] = record["v"]
            if "file" in record:
                fields["file"] = names[record["file"]["$name"]]
                got = send(self.master, "GET", record["file"]["$url"])
                assert got.body == CONTENTS[fields["file"]]
        return found


@pytest.fixture(params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    database = ":memory:"
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        database = postgres.new_database()
    push = Push(record=True)
    with Server(settings(database=database, push=push)) as server:
        yield make(Asker(server))


def make(anyone: Asker) -> World:
    people = {name: anyone.signup(name) for name in USERS}
    people |= {"anyone": anyone, "master": anyone.as_master()}
    fields = [{"name": "v", "type": "string"}, {"name": "file", "type": "asset"}]
    people["master"].result("schema:create", record_types={"doc": {"fields": fields}})
    like = ["like", {"$type": "keypath", "$val": "v"}, "v%"]
    devices: dict[str, str] = {}
    for name in USERS:
        devices[name] = register(people[name], name)
        query = {"record_type": "doc"}
        wanted = {"all": query, "v": {**query, "predicate": like}}
        people[name].result(
            "subscription:save",
            device_id=devices[name],
            subscriptions=[
                {"id": each, "type": "query", "query": asked}
                for each, asked in wanted.items()
            ],
        )
    files = {
        name: str(put(anyone, name, content)["$name"])
        for name, content in CONTENTS.items()
    }
    rules = people["master"].result("schema:field_access:get")["access"]
    snapshot = anyone.server.snapshot()
    return World(people, devices, files, rules, snapshot, Oracle(people))


@pytest.mark.timeout(900)
def test_nobody_sees_changes_or_is_told_what_they_may_not(
    world: World, request: pytest.FixtureRequest
) -> None:
    examples = SCALE * EXAMPLES[request.node.callspec.params["world"]]

    @given(deeds=DEEDS)
    @hypothesis_settings(max_examples=examples, deadline=None, derandomize=True)
    def try_one(deeds: tuple[tuple[Any, ...], list[tuple[Any, ...]]]) -> None:
        world.reset()
        for deed in (*deeds[0], *deeds[1]):
            world.do(deed)
        world.check()

    try_one()
