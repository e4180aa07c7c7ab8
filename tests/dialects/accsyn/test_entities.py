from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any, TypeVar

import pytest

from skysyn import Field, ReadOnly, Ref, accsyn, field, readonly
from skysyn.accsyn import (
    ENTITIES,
    Acl,
    Availability,
    Client,
    ClientType,
    Entity,
    JobStatus,
    Party,
    Queue,
    Task,
    Transfer,
    User,
    find_model,
)
from skysyn.dialects.accsyn.catalog import DATES
from skysyn.dialects.accsyn.predicates import dump
from skysyn.errors import ConversionError, DeclarationError, NotLoaded, QueryError
from skysyn.models import ACL, Location, Origin

E = TypeVar("E", bound=Entity)

ID = "66b1f0c2a4d3e5f6012345aa"
TRANSFER: dict[str, Any] = {
    "id": ID,
    "code": "Dailies 0702",
    "name": "2026-07-02T08:15:00",
    "status": "running",
    "source": "workspace:66b1f0c2a4d3e5f6012345b0",
    "destination": "user:66b1f0c2a4d3e5f601234567",
    "user": "66b1f0c2a4d3e5f601234567",
    "user_hr": "user:kim@acme.example[employee](66b1f0c2a4d3e5f601234567)",
    "parent": "66b1f0c2a4d3e5f6012345e1",
    "uri": "Acme Film/rush",
    "size": 128868496,
    "progress": 41,
    "speed": 83.5,
    "etr": "0h:0m:1s",
    "created": "2026-07-02T08:15:00",
    "finished": None,
    "metadata": {"when": "2026-07-02T08:15:00"},
    "shiny": [1],
}


def made(model: type[E], /, **row: Any) -> E:
    return model.__sky_make__(json.dumps(row).encode(), Origin(None))


def partly(model: type[E], only: frozenset[str], /, **row: Any) -> E:
    origin = Origin(None, None, only)
    return model.__sky_make__(json.dumps(row).encode(), origin)


def test_a_transfer_is_read_attribute_by_attribute() -> None:
    job = made(Transfer, **TRANSFER)

    assert (job.status, job.progress, job.speed) == (JobStatus.RUNNING, 41, 83.5)
    assert job.created == datetime(2026, 7, 2, 8, 15, tzinfo=UTC)
    assert job.finished is None
    assert job.user == User.ref("66b1f0c2a4d3e5f601234567")
    assert job.user_hr == TRANSFER["user_hr"]
    assert job.source_party == Party("workspace", "66b1f0c2a4d3e5f6012345b0")
    assert job.destination_party == Party("user", "66b1f0c2a4d3e5f601234567")
    assert job.extra == {"shiny": [1]}


def test_only_declared_dates_are_read_as_dates() -> None:
    job = made(Transfer, **TRANSFER)

    assert job.name == "2026-07-02T08:15:00"
    assert job.metadata == {"when": "2026-07-02T08:15:00"}


def test_a_bad_value_spoils_its_own_attribute_only() -> None:
    job = made(Transfer, **{**TRANSFER, "created": "2026-99-99T99:99:99"})

    assert job.progress == 41
    with pytest.raises(ConversionError, match="created") as refused:
        job.created
    assert (refused.value.record, refused.value.field) == (ID, "created")


def test_empty_texts_stand_for_no_date_and_no_reference() -> None:
    job = made(Transfer, id=ID, finished="", user="", parent=None)

    assert (job.finished, job.user, job.parent) == (None, None, None)


def test_prefixes_of_ids_are_cut_off() -> None:
    job = made(Transfer, id=f"ObjectId:{ID}", user=f"ObjectId:{ID}")

    assert (job.id, job.ref_id, job.user) == (ID, ID, User.ref(ID))


def test_attributes_that_were_not_asked_for_are_not_loaded() -> None:
    job = partly(Transfer, frozenset({"id", "name"}), id=ID, name="a")

    assert job.name == "a"
    assert job.changes == {}
    with pytest.raises(NotLoaded, match=r"\.only"):
        job.status


def test_a_status_that_is_added_later_is_kept() -> None:
    job = made(Transfer, id=ID, status="frozen")

    assert job.status is not None
    assert (job.status.value, job.status.is_writable) == ("frozen", True)
    assert job.changes == {}


def test_an_id_that_is_not_sent_is_missed() -> None:
    with pytest.raises(ConversionError, match="no value"):
        made(Transfer, name="a").id


def test_what_an_invalid_row_is_it_says() -> None:
    broken = Transfer.__sky_make__(b'{"id": tru}', Origin(None))

    with pytest.raises(ConversionError, match="no entity"):
        broken.ref_id
    with pytest.raises(ConversionError, match="no entity"):
        broken.extra


@pytest.mark.parametrize(
    "status", [JobStatus.INIT, JobStatus.RUNNING, JobStatus.FAILED]
)
def test_only_writable_statuses_are_saved(status: JobStatus) -> None:
    job = made(Transfer, id=ID, status="waiting")
    job.status = status

    with pytest.raises(ConversionError, match="only the service sets"):
        job.changes


def test_writable_statuses_are_marked() -> None:
    writable = {status.value for status in JobStatus if status.is_writable}

    assert writable >= {"pending", "waiting", "paused", "aborted", "done"}
    assert not writable & {"init", "running", "failed"}


@pytest.mark.parametrize("priority", [-1, 1001])
def test_priorities_have_bounds(priority: int) -> None:
    with pytest.raises(ConversionError, match="0 to 1000"):
        Queue(name="a", priority=priority)


def test_read_only_attributes_are_not_saved() -> None:
    job = made(Transfer, **TRANSFER)
    job.__dict__["progress"] = 100

    with pytest.raises(ConversionError, match="progress"):
        job.changes


def test_new_entities_are_told_apart() -> None:
    one, other = Queue(name="a"), Queue(name="a")

    assert one != other
    assert hash(one) == hash(one)
    assert one == one.copy()
    with pytest.raises(NotLoaded, match="save"):
        one.id


def test_values_of_open_types_are_typed() -> None:
    client = made(Client, id=ID, type=1, metrics={"c": 4}, status="online")

    assert (client.type, client.metrics) == (ClientType.SERVER, {"c": 4})
    assert made(Client, id=ID, type=9).type == 9
    acl = made(Acl, id=ID, entity="user:*", target=f"share:{ID}")
    assert (acl.entity_party, acl.target_party) == (
        Party("user", "*"),
        Party("share", ID),
    )
    task = made(Task, id=ID, source={"client": "a", "path": "b"})
    assert task.source == {"client": "a", "path": "b"}


def test_users_declare_entities_of_their_own() -> None:
    class Shot(Entity, type="transfer"):
        name: Field[str | None] = field(default=None)
        owner: ReadOnly[Ref[User] | None] = readonly(wire="user")
        status: Field[Availability | None] = field(default=None)
        tags: Field[list[str] | None] = field(default=None)

    shot = made(Shot, **{**TRANSFER, "status": "enabled"})

    assert (shot.name, shot.owner) == (TRANSFER["name"], User.ref(TRANSFER["user"]))
    assert Shot.__collection__ == "transfer"
    assert dump(Shot.tags.contains("a")) == "tags CONTAINS a"


def test_what_accsyn_cannot_hold_is_not_declared() -> None:
    with pytest.raises(DeclarationError, match="no values of type"):

        class Spot(Entity):  # pyright: ignore[reportUnusedClass]  # it fails
            place: Field[Location | None] = field(default=None)

    with pytest.raises(DeclarationError, match="no values of type"):

        class Guard(Entity):  # pyright: ignore[reportUnusedClass]  # it fails
            acl: Field[ACL | None] = field(default=None)

    with pytest.raises(DeclarationError, match="no attribute named"):

        class Odd(Entity):  # pyright: ignore[reportUnusedClass]  # it fails
            word: Field[str] = field(wire="two words")

    with pytest.raises(DeclarationError, match="entity type"):

        class Worse(Entity, type="a/b"):  # pyright: ignore[reportUnusedClass]  # it fails
            word: Field[str]


def test_every_entity_is_found_by_its_type() -> None:
    for model in ENTITIES:
        assert find_model(model.__collection__.title()) is model
    with pytest.raises(QueryError, match="no entity type"):
        find_model("spaceship")


def test_the_dates_of_all_entities_are_known() -> None:
    assert {"created", "modified", "finished", "last_checkin", "logged_in"} <= DATES


def test_every_public_name_exists() -> None:
    assert [name for name in accsyn.__all__ if not hasattr(accsyn, name)] == []


def test_two_threads_see_one_key_of_a_new_entity() -> None:
    queues = [Queue(name="rush") for _ in range(300)]
    start = Barrier(4)

    def read(_: int) -> list[str]:
        start.wait(60)
        return [queue.ref_id for queue in queues]

    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(read, range(4))

    assert others == [first] * 3
