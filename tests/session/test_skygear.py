"""A session of Skygear: databases, any action, and sessions beside it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from skysyn import MockTransport, RecordID, Response, Skygear, connect

from .service import ENDPOINT
from .tasks import Task
from .users import Users

if TYPE_CHECKING:
    from skysyn.models import JSON


def test_a_session_may_be_on_another_database(users: Users) -> None:
    private = users.open().database("_private")

    private.save(Task(description="A").with_id("t"))
    private.get(Task, "t")
    private.query(Task).all()
    private.query(Task).database("_public").all()

    databases = [body["database_id"] for body in users.sent()]
    assert databases == ["_private", "_private", "_private", "_public"]


# any other action


def test_a_record_query_goes_through_call(users: Users) -> None:
    users.put("task/cdfc7bb4", description="Report")
    query: dict[str, JSON] = {
        "database_id": "_public",
        "record_type": "task",
        "limit": 1,
        "predicate": ["eq", {"$type": "keypath", "$val": "_id"}, "cdfc7bb4"],
    }

    records: Any = users.open().call("record:query", query)

    assert users.sent() == [{"action": "record:query", **query}]
    assert records[0]["description"] == "Report"


def test_a_record_is_saved_on_behalf_of_a_user_by_call(users: Users) -> None:
    session = users.open(api_key="masterkey").as_user("1a5f91c9")
    record: dict[str, JSON] = {
        "_access": [{"level": "read", "public": True}],
        "_id": "task/t1",
        "description": "Complete the sales report",
        "reviewer": {"$type": "ref", "$id": "user/1a5f91c9"},
    }

    session.call("record:save", {"database_id": "_public", "records": [record]})
    session.call("record:delete", {"database_id": "_public", "ids": ["task/t1"]})

    saved, deleted = users.sent()
    assert (saved["_user_id"], saved["records"]) == ("1a5f91c9", [record])
    assert deleted["ids"] == ["task/t1"]
    assert users.rows == {}
    assert users.headers[0]["X-Skygear-API-Key"] == "masterkey"


def test_the_same_is_said_with_models(users: Users) -> None:
    users.put("task/cdfc7bb4", description="Report")
    session = users.open()

    found = session.query(Task).get("cdfc7bb4")

    assert (found.id, found.description) == (RecordID("task", "cdfc7bb4"), "Report")


# several sessions


def test_two_sessions_share_nothing() -> None:
    first, second = Users(), Users()
    one, two = first.open(), second.open()

    one.signup(username="ann", password="pw")
    two.save(Task(description="A").with_id("t"))

    assert two.dialect.access_token is None
    assert (first.rows, len(second.rows)) == ({}, 1)
    assert (len(first.sent()), len(second.sent())) == (1, 1)


def test_sessions_made_of_another_keep_to_themselves(users: Users) -> None:
    session = users.open()
    private = session.database("_private")

    private.signup(username="ann", password="pw")

    assert session.dialect.access_token is None
    assert session.dialect.database == "_public"


def test_threads_share_a_session(users: Users) -> None:
    session = users.open()

    def save(i: int) -> bool:
        return session.save(Task(description=str(i)).with_id(str(i))).is_complete

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(save, range(50)))

    assert all(done)
    assert len(users.rows) == 50


def test_closing_gives_back_the_transport() -> None:
    closed: list[str] = []

    class Noted(MockTransport):
        def close(self) -> None:
            closed.append("closed")

    with connect(
        Skygear(ENDPOINT, api_key="k"), transport=Noted(lambda _: Response(200))
    ):
        assert closed == []

    assert closed == ["closed"]
