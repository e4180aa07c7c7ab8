"""Roles: who sees and changes what; a table of every role by every entity type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from skysyn import accsyn as a

from .world import ADMIN, EMPLOYEE, OTHER, STANDARD, World

if TYPE_CHECKING:
    from skysyn import AccsynSession

pytestmark = pytest.mark.slow


def furnish(kim: AccsynSession) -> dict[str, str]:
    """Make one of everything that belongs to nobody but the administrator."""
    stan, otto = (
        kim.query(a.User).filter(a.User.code == code).one()
        for code in (STANDARD, OTHER)
    )
    folder = kim.create(a.NewFolder(name="Vendor", path="scd"))
    shared = kim.create(a.NewFolder(name="Shared", path="scd"))
    kim.access.grant(stan, shared, a.Rights(read=True, write=False))
    made: dict[str, Any] = {
        "user": otto,
        "queue": kim.query(a.Queue).filter(a.Queue.code == "low").one(),
        "site": kim.query(a.Site).filter(a.Site.code == "hq").one(),
        "server": kim.query(a.Server).one(),
        "volume": kim.query(a.Volume).one(),
        "folder": folder,
        "shared": shared,
        "home": kim.create(a.NewHome(user=OTHER)),
        "collection": kim.create(a.NewCollection(name="C", files=["a.mov"])),
        "transfer": kim.create(a.NewTransfer(source="a.mov", destination="hq:b/")),
        "theirs": kim.create(
            a.NewTransfer(source="a.mov", destination=f"{STANDARD}:/x/")
        ),
        "delivery": kim.create(
            a.NewDelivery(name="D", tasks=["a.mov"], recipients=[STANDARD])
        ),
        "other delivery": kim.create(a.NewDelivery(name="E", tasks=["a.mov"])),
        "engine": kim.query(a.Engine).first(),
    }
    return {name: str(entity.id) for name, entity in made.items()}


KINDS = {"shared": "folder", "theirs": "transfer", "other delivery": "delivery"}
SEEN: dict[str, tuple[bool, bool, bool]] = {
    # admin, employee, standard
    "user": (True, True, False),
    "queue": (True, True, False),
    "site": (True, True, False),
    "server": (True, True, False),
    "engine": (True, True, False),
    "volume": (True, False, False),
    "folder": (True, True, False),
    "shared": (True, True, True),
    "home": (True, False, False),
    "collection": (True, True, False),
    "transfer": (True, True, False),
    "theirs": (True, True, True),
    "delivery": (True, False, True),
    "other delivery": (True, False, False),
}
CHANGED: dict[str, tuple[bool, bool, bool]] = {
    "user": (True, True, False),
    "queue": (True, False, False),
    "site": (True, False, False),
    "server": (True, False, False),
    "engine": (True, False, False),
    "volume": (True, False, False),
    "folder": (True, True, False),
    "shared": (True, True, False),
    "home": (True, False, False),
    "collection": (True, True, False),
    "transfer": (True, True, False),
    "theirs": (True, True, True),
    "delivery": (True, False, True),
    "other delivery": (True, False, False),
}
ROLES = (ADMIN, EMPLOYEE, STANDARD)


def test_each_role_sees_what_is_theirs(each_world: World) -> None:
    with each_world.session() as kim:
        ids = furnish(kim)

    seen = {
        name: tuple(
            bool(
                each_world.ask("GET", f"{KINDS.get(name, name)}/find", id=key, who=who)[
                    "result"
                ]
            )
            for who in ROLES
        )
        for name, key in ids.items()
    }
    assert seen == SEEN


def test_what_is_listed_is_what_is_seen_one_by_one(world: World) -> None:
    with world.session() as kim:
        ids = furnish(kim)

    for who in ROLES:
        for name, key in ids.items():
            kind = KINDS.get(name, name)
            alone = world.ask("GET", f"{kind}/find", id=key, who=who)["result"]
            listed = world.ask("GET", f"{kind}/find", {}, who=who)["result"]
            asked = world.ask("GET", f"{kind}/find", {}, query=f"id={key}", who=who)
            assert [row["id"] for row in alone] == [
                row["id"] for row in listed if row["id"] == key
            ]
            assert asked["result"] == alone


def test_each_role_changes_what_is_theirs(world: World) -> None:
    with world.session() as kim:
        ids = furnish(kim)

    changed: dict[str, tuple[bool, ...]] = {}
    for name, key in ids.items():
        uri = f"{KINDS.get(name, name)}/edit"
        bodies = [
            world.ask("PUT", uri, {"description": who}, id=key, who=who)
            for who in ROLES
        ]
        refused = [body["message"] for body in bodies if "message" in body]
        assert all("permission denied" in said for said in refused), refused
        changed[name] = tuple("result" in body for body in bodies)
    assert changed == CHANGED


def test_what_is_not_seen_is_refused_like_what_is_not_there(world: World) -> None:
    with world.session() as kim:
        ids = furnish(kim)

    hidden = world.ask("DELETE", "volume/delete", id=ids["volume"], who=STANDARD)
    absent = world.ask("DELETE", "volume/delete", id="0" * 24, who=STANDARD)
    shown = {"message": f"permission denied: volume {'0' * 24} delete"}
    assert hidden["message"].replace(ids["volume"], "0" * 24) == shown["message"]
    assert absent == shown


@pytest.mark.parametrize("who", [EMPLOYEE, STANDARD])
@pytest.mark.parametrize(
    ("method", "uri", "data"),
    [
        ("POST", "queue/create", {"name": "Q"}),
        ("POST", "site/create", {"name": "s"}),
        ("POST", "volume/create", {"name": "v"}),
        ("POST", "home/create", {"user": STANDARD}),
        ("POST", "user/create", {"code": "x@y.example", "role": "admin"}),
        ("POST", "delivery/create", {"name": "D", "tasks": ["a.mov"]}),
        ("PUT", "setting", {"entitytype": "workspace", "name": "a", "value": "b"}),
        ("POST", "user/activate", None),
    ],
)
def test_only_administrators_do_this(
    world: World, who: str, method: str, uri: str, data: Any
) -> None:
    query = STANDARD if uri == "user/activate" else None

    body = world.ask(method, uri, data, who=who, query=query)

    assert body["message"].startswith("permission denied")


def test_an_employee_with_a_volume_may_make_deliveries(world: World) -> None:
    with world.session() as kim:
        kim.access.grant(EMPLOYEE, kim.query(a.Volume).one())
    with world.session(EMPLOYEE) as emma:
        made = emma.create(a.NewDelivery(name="D", tasks=["a.mov"]))

    assert made.status == a.JobStatus.INIT


def test_nobody_raises_their_own_role(world: World) -> None:
    for who in (EMPLOYEE, STANDARD):
        [me] = world.ask("GET", "user/find", query=f"code={who}", who=who)["result"]
        body = world.ask("PUT", "user/edit", {"role": "admin"}, id=me["id"], who=who)
        assert body == {"message": "permission denied: user role write"}


def test_another_role_loses_all_access(world: World) -> None:
    with world.session() as kim:
        furnish(kim)
        stan = kim.query(a.User).filter(a.User.code == STANDARD).one()
        before = len(kim.access.of_share(kim.query(a.Folder).all()[1], user=stan))
        stan.role = a.Role.EMPLOYEE
        stan.save()
        after = kim.access.of_share(kim.query(a.Folder).all()[1], user=stan)

    assert (before, after) == (1, [])


def test_standard_users_see_only_metadata_that_is_for_them(world: World) -> None:
    held: Any = {"internal": {"cost": 5}, "external": {"shot": "a"}}
    with world.session() as kim:
        kim.create(
            a.NewTransfer(source="a.mov", destination=f"{STANDARD}:/x/", metadata=held)
        )

    seen = [
        world.ask("GET", "transfer/find", who=who)["result"][0]["metadata"]
        for who in (EMPLOYEE, STANDARD)
    ]
    assert seen == [held, {"external": {"shot": "a"}}]


def test_files_are_seen_as_far_as_access_goes(world: World) -> None:
    with world.session() as kim:
        furnish(kim)
    path = {"op": "ls", "path": "share=shared"}
    denied = {"op": "ls", "path": "share=vendor"}
    write = {"op": "mkdir", "path": "share=shared/new"}

    seen = world.ask("GET", "workspace/file", path, who=STANDARD)["result"]
    assert [entry["filename"] for entry in seen] == ["b.mov"]
    assert "message" in world.ask("GET", "workspace/file", denied, who=STANDARD)
    assert "message" in world.ask("POST", "workspace/file", write, who=STANDARD)
    assert world.ask("POST", "workspace/file", write, who=EMPLOYEE)["result"] is True


def test_a_public_delivery_is_seen_by_who_has_its_id(world: World) -> None:
    data = {"name": "D", "tasks": ["a.mov"], "recipients": [OTHER], "public": True}
    [made] = world.ask("POST", "delivery/create", data)["result"]
    shut = world.ask("POST", "delivery/create", {**data, "public": False})["result"][0]

    for key, seen in ((made["id"], [made["id"]]), (shut["id"], [])):
        found = world.ask("GET", "delivery/find", id=key, who=STANDARD)["result"]
        assert [row["id"] for row in found] == seen
    assert world.ask("GET", "delivery/find", {}, who=STANDARD)["result"] == []
    edit = world.ask("PUT", "delivery/edit", {"name": "x"}, id=made["id"], who=STANDARD)
    assert "permission denied" in edit["message"]
