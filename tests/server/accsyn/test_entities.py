"""Entities: the rules of each type, on each kind of database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn import Request
from skysyn import accsyn as a
from skysyn.dialects.accsyn.catalog import ENTITIES
from skysyn.dialects.accsyn.events import Event
from skysyn.errors import Conflict, InvalidRequest, NotFound, RemoteError

from .world import ADMIN, EMPLOYEE, STANDARD, World

if TYPE_CHECKING:
    from skysyn import AccsynSession


def test_a_workspace_has_what_it_needs_from_the_start(kim: AccsynSession) -> None:
    assert [(q.code, q.priority, q.default) for q in kim.query(a.Queue).all()] == [
        ("high", 999, False),
        ("medium", 500, True),
        ("low", 1, False),
    ]
    assert [site.code for site in kim.query(a.Site).all()] == [
        "hq",
        "roaming",
        "accsyn",
    ]
    assert [(v.code, v.default) for v in kim.query(a.Volume).all()] == [("proj", True)]
    assert [user.code for user in kim.query(a.User).all()][:2] == [ADMIN, EMPLOYEE]


def test_codes_are_made_of_names(kim: AccsynSession) -> None:
    folder = kim.create(a.NewFolder(name="SCD Vendor & Co"))
    site = a.Site(name="Stockholm")
    kim.save(site)

    assert (folder.code, site.code) == ("scd_vendor_co", "stockholm")


@pytest.mark.parametrize(
    ("uri", "data"),
    [
        ("queue/create", {"code": "HIGH"}),
        ("site/create", {"code": "HQ"}),
        ("user/create", {"code": STANDARD.upper()}),
        ("folder/create", {"name": "Proj"}),
    ],
)
def test_codes_are_unique_in_any_case(
    each_world: World, uri: str, data: dict[str, Any]
) -> None:
    response = each_world.ask("POST", uri, data)

    assert "already exists" in response["message"]


def test_a_code_taken_by_an_edit_is_refused(kim: AccsynSession) -> None:
    one, two = a.Queue(name="One"), a.Queue(name="Two")
    kim.save(one, two)
    two.code = "ONE"

    with pytest.raises(Conflict, match="already exists"):
        kim.save(two).raise_for_failures()


def test_one_queue_is_the_default(kim: AccsynSession) -> None:
    rush = a.Queue(name="Rush", default=True)
    kim.save(rush)

    assert [q.name for q in kim.query(a.Queue).filter(a.Queue.default == True)] == [
        "Rush"
    ]
    rush.default = False
    with pytest.raises(InvalidRequest, match="make another one the default"):
        rush.save()
    with pytest.raises(InvalidRequest, match="default queue cannot be deleted"):
        rush.delete()


def test_jobs_of_a_deleted_queue_move_to_the_default(kim: AccsynSession) -> None:
    rush = a.Queue(name="Rush")
    kim.save(rush)
    job = kim.create(a.NewTransfer(source="a.mov", destination="hq:b/", queue="rush"))
    assert job.uri == "acmefilm/Rush"
    rush.delete()
    job.refresh()

    assert job.uri == "acmefilm/Medium"
    assert [q.name for q in kim.query(a.Queue).archived()] == ["Rush"]


@pytest.mark.parametrize(
    ("uri", "data", "said"),
    [
        ("transfer/edit", {"status": "running"}, "none of pending, waiting"),
        ("transfer/edit", {"status": "Later"}, "none of"),
        ("transfer/edit", {"size": 5}, "cannot be given"),
        ("transfer/edit", {"_life": {}}, "cannot be given"),
        ("transfer/edit", {"id": "0" * 24}, "cannot be given"),
        ("transfer/edit", {"name": 5}, "Expected `str`"),
        ("transfer/edit", {"metadata": "x"}, "Expected `object`"),
        ("transfer/edit", {"settings": {"a": 5}}, "Expected `str`"),
        ("transfer/edit", {"queue": "nowhere"}, "not found"),
        ("transfer/edit", {}, "nothing to change"),
        ("queue/create", {"name": "Q", "priority": 1001}, "0 to 1000"),
        ("queue/create", {"name": "Q", "priority": 2**70}, ""),
        ("queue/create", {"priority": 5}, "a name is needed"),
        ("queue/create", {}, "nothing is given"),
        ("site/create", {"name": "x", "code": "a b"}, "letters, digits"),
        ("user/create", {"code": "nobody"}, "no email address"),
        ("folder/create", {"name": "F", "path": "../x"}, "leaves the volume"),
        ("folder/create", {"name": "F", "parent": "nowhere"}, "not found"),
        ("home/create", {"user": "x@y.example"}, "not found"),
        ("collection/create", {"name": "C", "files": ["/etc/passwd"]}, "no place"),
        ("transfer/create", {"name": "x"}, "give a source"),
        ("transfer/create", {"source": "a.mov", "destination": "site=x"}, "not found"),
        ("transfer/create", {"source": "share=x/y", "destination": "hq:"}, "not found"),
        ("transfer/create", {"tasks": 5}, "tasks"),
        ("delivery/create", {"tasks": ["a.mov"]}, "a name is needed"),
        ("compute/create", {"input": "a.mov"}, "an engine is needed"),
        ("volume/edit", {"default": False}, "make another one"),
        ("engine/create", {"code": "x"}, "web pages"),
        ("server/create", {"code": "x"}, "installers"),
        ("nothing/create", {"code": "x"}, "no such entity type"),
    ],
)
def test_what_does_not_fit_is_refused(
    world: World, uri: str, data: Any, said: str
) -> None:
    kind, _, verb = uri.partition("/")
    key = None
    if verb == "edit":
        with world.session() as kim:
            kim.create(a.NewTransfer(source="a.mov", destination="hq:b/"))
        key = world.ask("GET", f"{kind}/find")["result"][0]["id"]

    body = world.ask("PUT" if key else "POST", uri, data, id=key)

    assert said in body["message"]


def test_a_transfer_has_what_the_service_sets(kim: AccsynSession) -> None:
    job = kim.create(
        a.NewTransfer(source="volume=proj/a.mov", destination=f"{STANDARD}:/in/")
    )
    [stan] = kim.query(a.User).filter(a.User.code == STANDARD).all()
    [task] = kim.query(a.Task).parent(job).all()

    assert (job.name, job.code, job.creator) == ("a.mov", "a.mov", ADMIN)
    assert job.destination == f"user:{stan.id}"
    assert job.destination_hr == f"user:{STANDARD}[standard]({stan.id})"
    assert job.user_hr == f"user:{ADMIN}[admin]({kim.user_id})"
    assert (task.uri, task.job_hr) == ("0", f"a.mov[1]({job.id})")
    assert task.destination == {"path": "/in/", "user": stan.id}


def test_finished_jobs_are_found_only_when_asked_for(
    world: World, kim: AccsynSession
) -> None:
    job = kim.create(a.NewTransfer(source="a.mov", destination="hq:b/"))
    job.status = a.JobStatus.ABORTED
    job.save()
    query = kim.query(a.Transfer)

    assert (query.all(), query.finished().all(), query.find_one()) == ([], [job], job)
    world.pass_time(15 * 24 * 3600)
    assert (query.finished().all(), query.archived().all()) == ([], [job])


def test_what_is_deactivated_is_found_only_when_asked_for(kim: AccsynSession) -> None:
    folder = kim.create(a.NewFolder(name="F", path="scd"))
    kim.deactivate(folder)
    query = kim.query(a.Folder)

    assert (query.all(), query.find_one(), query.inactive().all()) == (
        [],
        None,
        [folder],
    )
    with pytest.raises(NotFound):
        kim.files.ls("folder=f")
    kim.activate(a.Folder, "F")
    assert query.all() == [folder]


def test_who_has_jobs_under_way_is_not_deactivated(kim: AccsynSession) -> None:
    kim.create(a.NewTransfer(source="a.mov", destination=f"{STANDARD}:/x/"))
    [stan] = kim.query(a.User).filter(a.User.code == STANDARD).all()

    with pytest.raises(Conflict, match="already active"):
        kim.deactivate(stan)


def test_a_deleted_user_leaves_nothing_behind(kim: AccsynSession) -> None:
    [stan] = kim.query(a.User).filter(a.User.code == STANDARD).all()
    key, home = stan.id, kim.create(a.NewHome(user=STANDARD))
    kim.access.grant(stan, kim.query(a.Volume).one())
    stan.delete()

    assert kim.query(a.Home).all() == []
    assert kim.access.of_share(kim.query(a.Volume).one()) == []
    assert kim.query(a.Home).archived().all() == [home]
    again = kim.create(a.Invitation(code=STANDARD))
    assert again.id != key


def test_the_last_administrator_stays(kim: AccsynSession) -> None:
    me = kim.get(a.User, kim.user_id)
    me.status = a.Availability.DISABLED

    with pytest.raises(InvalidRequest, match="last administrator"):
        me.save()
    with pytest.raises(InvalidRequest, match="themselves"):
        me.delete()


def test_settings_are_inherited(kim: AccsynSession) -> None:
    volume = kim.query(a.Volume).one()
    folder = kim.create(a.NewFolder(name="F", path="scd"))
    kim.settings.set("transfer_mode", "onewaysync")
    kim.settings.set("colour", "red", of=volume)

    assert kim.settings.get("colour", of=folder) == "red"
    assert kim.settings.get("transfer_mode", of=folder) == "onewaysync"
    assert kim.settings.get("nothing", of=folder) is None
    assert kim.settings.all(of=folder) == {}
    found = kim.settings.all(of=folder, upstream=True)
    assert found == {"colour": "red", "transfer_mode": "onewaysync"}
    assert kim.settings.delete("colour", of=volume) is True
    assert kim.settings.delete("colour", of=volume) is False


def test_collections_list_files(kim: AccsynSession) -> None:
    collection = kim.create(a.NewCollection(name="C", files=["volume=proj/a.mov"]))
    [b] = kim.add_files(collection, "volume=proj/scd/b.mov")
    found = kim.query(a.File).parent(collection).all()

    assert [(f.filename, f.size) for f in found] in (
        [("a.mov", 1000), ("b.mov", 500)],
        [("b.mov", 500), ("a.mov", 1000)],
    )
    kim.remove_files(collection, b)
    assert [f.filename for f in kim.query(a.File).parent(collection)] == ["a.mov"]


def test_tasks_are_added_and_changed_by_uri(world: World, kim: AccsynSession) -> None:
    tasks = {"sh1": {"source": "a.mov", "tasks": {"x": {"source": "scd/b.mov"}}}}
    data = {"tasks": tasks, "destination": f"{STANDARD}:/x/"}
    [job] = world.ask("POST", "transfer/create", data)["result"]
    more = world.ask("POST", "task/create", {"tasks": ["scd"]}, id=job["id"])["result"]
    edited = world.ask(
        "PUT", "task/edit", [{"uri": "sh1/x", "status": "excluded"}], id=job["id"]
    )["result"]

    assert [task["uri"] for task in more] == ["2"]
    assert [(task["uri"], task["status"]) for task in edited] == [("sh1/x", "excluded")]
    listed = world.ask("GET", "task/find", {"parent": job["id"]})["result"]
    assert [task["uri"] for task in listed] == ["sh1", "sh1/x", "2"]


def test_duplicates_are_an_error_only_if_they_may_not_be(world: World) -> None:
    data: dict[str, Any] = {"source": "a.mov", "destination": "hq:b/"}
    world.ask("POST", "transfer/create", data)
    again = world.ask("POST", "transfer/create", {**data, "allow_duplicates": False})
    third = world.ask("POST", "transfer/create", data)

    assert "duplicate" in again["message"]
    assert len(third["result"]) == 1


def test_appended_jobs_grow(world: World) -> None:
    data = {"source": "a.mov", "destination": "hq:b/", "append": True}
    [first] = world.ask("POST", "transfer/create", data)["result"]
    [second] = world.ask("POST", "transfer/create", {**data, "source": "scd/b.mov"})[
        "result"
    ]

    assert first["id"] == second["id"]
    assert len(world.ask("GET", "task/find", {"parent": first["id"]})["result"]) == 2


def test_a_transfer_for_several_becomes_several(world: World) -> None:
    data: dict[str, Any] = {"source": "a.mov", "recipients": [STANDARD, EMPLOYEE]}

    made = world.ask("POST", "transfer/create", data)["result"]
    assert len({job["destination"] for job in made}) == 2


def test_only_what_is_asked_for_is_sent(world: World) -> None:
    body = world.ask("GET", "user/find", {"attributes": ["code", "ID", "_password"]})

    assert [list(row) for row in body["result"]] == [["id", "code"]] * 4


def test_pages_follow_each_other(kim: AccsynSession) -> None:
    everything = kim.query(a.User).all()

    assert [user for page in kim.query(a.User).pages(3) for user in page] == everything


@pytest.mark.parametrize("model", ENTITIES, ids=lambda model: model.__collection__)
def test_attributes_that_are_told_are_those_there_are(
    world: World, model: type[a.Entity]
) -> None:
    kind = model.__collection__
    told = {
        flag: world.ask("GET", "attributes", {"entitytype": kind, flag: True})["result"]
        for flag in ("read", "create", "update")
    }

    assert told["read"] == [f.wire for f in model.__sky_fields__.values()]
    assert set(told["update"]) <= set(told["read"])
    assert "id" not in told["update"]


def test_older_clients_read_dates_in_their_form(world: World) -> None:
    request = world.request(Event("GET", "workspace/find", {}))
    device = {"X-Accsyn-Device": "PythonAPI v1.3.1 @ linux vm(posix)"}
    old = attrs.evolve(request, headers={**request.headers, **device})

    assert b'"created":"{USD::date}20260921 14:13:20"' in world.send(old).body
    assert b'"created":"2026-09-21T14:13:20"' in world.send(request).body


def test_what_people_do_is_in_the_log(kim: AccsynSession) -> None:
    kim.save(a.Queue(name="Rush"))
    queue = kim.query(a.Queue).filter(a.Queue.code == "rush").one()
    queue.priority = 7
    queue.save()

    found = kim.workspace.logs(of=queue, sort_reverse=True, page=a.Page(limit=1))
    assert [row["message"] for row in found["result"]] == ["edited priority"]
    assert (found["total"], found["result"][0]["user"]) == (2, ADMIN)
    assert len(kim.workspace.logs(search="CREATED")["result"]) == 1


def test_an_integration_is_what_the_server_was_given(world: World) -> None:
    body = world.ask("PUT", "workspace/integration/ftrack/utility", {"operation": "x"})

    assert body == {"message": "not found: integration ftrack"}


@pytest.mark.parametrize("path", ["/api/v3/other", "/api/v9/event", "/api/"])
def test_other_paths_are_told_so(world: World, path: str) -> None:
    response = world.send(Request("GET", f"http://localhost{path}"))
    assert (response.status, b"no such path" in response.body) == (404, True)


def test_every_refusal_is_an_error_of_its_kind(kim: AccsynSession) -> None:
    with pytest.raises(RemoteError, match="no such operation"):
        kim.event("PUT", "user/dance", {})


def test_servers_are_measured_without_naming_what(world: World) -> None:
    body = world.ask(
        "GET", "server/metrics", {"attributes": None}, query="code=storage"
    )

    assert body == {"result": {"metrics": [{}]}}


def test_an_added_path_goes_where_its_job_leads(world: World) -> None:
    task = {"source": "share=proj/a.mov", "destination": f"{STANDARD}:/x"}
    [job] = world.ask("POST", "transfer/create", {"tasks": [task]})["result"]

    data = {"tasks": ["share=proj/scd/b.mov"]}
    [added] = world.ask("POST", "task/create", data, id=job["id"])["result"]

    user = job["destination"].removeprefix("user:")
    assert added["destination"] == {"user": user, "path": "scd/b.mov"}
    assert added["job_hr"] == f"a.mov[1]({job['id']})"
