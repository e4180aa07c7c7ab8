"""Isolation: two workspaces side by side know nothing of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import pytest

from skysyn import Accsyn, connect
from skysyn import accsyn as a
from skysyn.dialects.accsyn.events import Event
from skysyn.errors import AuthenticationError
from skysyn.server import WSGITransport
from skysyn.server.accsyn import Account
from skysyn.server.accsyn.tables import FAMILIES, TABLES

from .world import ADMIN, EMPLOYEE, STANDARD, World, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

ROLES = (ADMIN, EMPLOYEE, STANDARD)
FOUND = {ADMIN: 26, EMPLOYEE: 21, STANDARD: 1}
"""How many entities each role finds in a furnished workspace."""


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    database = ":memory:"
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres").new_database()
    made = World.make(settings(tmp_path, "acmefilm", "dupp", database=database))
    with made.server:
        yield made


def furnish(world: World, workspace: str) -> list[str]:
    """Make something of every kind in a workspace; return all ids there are."""
    with world.session(workspace=workspace) as kim:
        volume = kim.query(a.Volume).one()
        kim.save(a.Queue(name="Rush"))
        kim.create(a.Invitation(code="lee@x.example", create_home_share=True))
        kim.create(a.NewFolder(name="F", path="scd"))
        kim.create(a.NewCollection(name="C", files=["a.mov"]))
        kim.access.grant("lee@x.example", volume)
        delivery = kim.create(
            a.NewDelivery(name="D", tasks=["a.mov"], recipients=["lee@x.example"])
        )
        kim.create(a.NewTransfer(parent=delivery, destination="/x/", source="a.mov"))
        kim.settings.set("colour", workspace)
        kim.settings.set("colour", workspace, of=volume)
    with world.server.store.read(workspace, world.server.now()) as work:
        found = [row["id"] for f in FAMILIES for row in work.rows(f.table)]
    return [str(key) for key in found]


FLAGS: tuple[dict[str, bool], ...] = (
    {},
    {"finished": True},
    {"inactive": True},
    {"archived": True},
)
KINDS = [kind for family in FAMILIES for kind in (*family.kinds, *family.aliases)]


def seen_by(world: World, who: str, workspace: str) -> set[str]:
    """Return the ids of all that somebody finds."""
    return {
        row["id"]
        for kind in KINDS
        for flags in FLAGS
        for row in world.ask(
            "GET", f"{kind}/find", flags, who=who, workspace=workspace
        ).get("result", ())
    }


@pytest.mark.parametrize("who", ROLES)
def test_no_query_reads_what_is_next_door(both: World, who: str) -> None:
    mine, theirs = (set(furnish(both, code)) for code in ("acmefilm", "dupp"))

    seen = [seen_by(both, who, code) for code in ("acmefilm", "dupp")]

    assert mine & theirs == set()
    assert [seen[0] <= mine, seen[1] <= theirs] == [True, True]
    assert [len(found) for found in seen] == [FOUND[who], FOUND[who]]


@pytest.mark.parametrize("who", ROLES)
def test_an_id_from_next_door_means_nothing(both: World, who: str) -> None:
    mine = furnish(both, "acmefilm")
    furnish(both, "dupp")
    before = _all(both, "acmefilm")
    me = {"who": who, "workspace": "dupp"}

    for key in mine:
        for kind in ("user", "transfer", "job", "volume", "queue", "acl", "site"):
            found = both.ask("GET", f"{kind}/find", id=key, **me)
            assert found.get("result", []) == []
        for uri in ("job/delete", "share/delete", "user/delete", "acl/delete"):
            body = both.ask("DELETE", uri, {"force": True}, id=key, **me)
            assert body.get("result") in {None, False}
        for uri in ("job/edit", "share/edit", "queue/edit", "user/edit", "setting"):
            assert "message" in both.ask("PUT", uri, {"name": "mine"}, id=key, **me)
    assert _all(both, "acmefilm") == before


@pytest.mark.parametrize(
    ("who", "names"),
    [
        (ADMIN, [*ROLES, "a.mov"]),
        (EMPLOYEE, [*ROLES, "a.mov"]),
        (STANDARD, [STANDARD]),
    ],
)
def test_roles_side_by_side_see_the_jobs_they_may_in_their_own_workspace(
    both: World, who: str, names: list[str]
) -> None:
    for code in ("acmefilm", "dupp"):
        furnish(both, code)
        for person in ROLES:
            both.ask("POST", "home/create", {"user": person}, workspace=code)
            data = {"name": person, "source": "~/x", "destination": "site=hq:in/"}
            both.ask("POST", "transfer/create", data, who=person, workspace=code)

    for code in ("acmefilm", "dupp"):
        found = both.ask("GET", "transfer/find", {}, who=who, workspace=code)
        assert sorted(row["name"] for row in found["result"]) == sorted(names)


def _all(world: World, workspace: str) -> list[object]:
    with world.server.store.read(workspace, world.server.now()) as work:
        return [work.rows(table) for table in TABLES.sorted_tables]


def test_patterns_and_references_stay_in_the_workspace(both: World) -> None:
    furnish(both, "acmefilm")

    for query in (
        "name matches '.*'",
        "user=lee@x.example",
        "source=acmefilm",
        "user_hr contains lee",
        "parent.name=D",
    ):
        body = both.ask("GET", "transfer/find", {}, query=query, workspace="dupp")
        assert body == {"result": []}


def test_settings_logs_and_files_are_each_workspaces_own(both: World) -> None:
    furnish(both, "acmefilm")

    setting = {"entitytype": "workspace", "name": "colour"}
    logs = {"entitytype": "workspace"}
    listing = {"op": "ls", "path": "share=f"}
    assert both.ask("GET", "setting", setting, workspace="dupp") == {"result": None}
    assert both.ask("GET", "log/find", logs, workspace="dupp")["total"] == 0
    assert "message" in both.ask("GET", "workspace/file", listing, workspace="dupp")


def test_a_code_may_be_used_in_each_workspace(both: World) -> None:
    for workspace in ("acmefilm", "dupp"):
        body = both.ask("POST", "queue/create", {"name": "Rush"}, workspace=workspace)
        assert [row["code"] for row in body["result"]] == ["rush"]
    again = both.ask("POST", "queue/create", {"name": "RUSH"}, workspace="dupp")
    assert "already exists" in again["message"]


def test_a_key_opens_one_workspace_only(tmp_path: Path) -> None:
    chosen = settings(tmp_path, "acmefilm", "dupp")
    one, two = chosen.spaces
    other = attrs.evolve(two, accounts=(Account(ADMIN, "admin", "another key"),))
    world = World.make(attrs.evolve(chosen, spaces=(one, other)))
    with world.server:
        wrong = attrs.evolve(world.server.client("dupp"), api_key="key-of-kim")
        with pytest.raises(AuthenticationError):
            _log_in(world, wrong)


def _log_in(world: World, dialect: Accsyn) -> None:
    with connect(dialect, transport=WSGITransport(world.server)) as session:
        session.log_in()


def test_an_event_cannot_name_another_workspace_than_its_header(both: World) -> None:
    request = both.request(Event("PUT", "user/edit", {}), workspace="acmefilm")
    body = request.body.replace(b"acmefilm", b"dupp", 1)

    response = both.send(attrs.evolve(request, body=body))
    assert b"name different ones" in response.body
