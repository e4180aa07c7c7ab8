"""Hooks: when they run, what they see, and what their failures undo."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection, text

from skysyn import Field, Record
from skysyn.cloud import App, PlainRecord, current_context, current_user_id, db, refuse
from skysyn.models import ACL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .conftest import Serve


class Note(Record):
    title: Field[str | None]
    tags: Field[list[str] | None]


def count(connection: Connection) -> int:
    """Return how many notes there are."""
    found: int = connection.execute(text("SELECT count(*) FROM note")).scalar_one()
    return found


def test_a_typed_hook_changes_what_is_saved(app: App, serve: Serve) -> None:
    @app.before_save(Note)
    def tidy(note: Note, original: Note | None, _: Connection) -> None:
        note.title = (note.title or "").upper()
        if note.tags is not None:
            note.tags.append("new" if original is None else "old")

    ada = serve()
    [made] = ada.save({"_id": "note/1", "title": "a", "tags": ["x"]})
    [changed] = ada.save({"_id": "note/1", "title": "b"})

    assert (made["title"], made["tags"]) == ("A", ["x", "new"])
    assert (changed["title"], changed["tags"]) == ("B", ["x", "new", "old"])


def test_hooks_run_in_the_order_they_were_registered(app: App, serve: Serve) -> None:
    def adding(letter: str) -> Callable[[PlainRecord], None]:
        def add(record: PlainRecord) -> None:
            record["title"] = f"{record['title']}{letter}"

        return add

    for letter in "abc":
        app.before_save("note", name=letter)(adding(letter))

    [made] = serve().save({"_id": "note/1", "title": ""})

    assert made["title"] == "abc"


def test_a_failing_hook_before_a_save_saves_nothing_of_the_record(
    app: App, serve: Serve
) -> None:
    @app.before_save("note")
    def check(record: PlainRecord, _: PlainRecord | None, db: Connection) -> None:
        db.execute(text("DELETE FROM note"))
        if record["title"] == "bad":
            raise refuse(108, "no")

    ada = serve()
    saved = ada.save({"_id": "note/1", "title": "ok"})
    refused = ada.save({"_id": "note/2", "title": "bad"})

    assert [entry.get("code") for entry in (*saved, *refused)] == [None, 108]
    assert ada.keys("note") == ["1"]


def test_an_atomic_save_with_a_failing_hook_saves_nothing_at_all(
    app: App, serve: Serve
) -> None:
    @app.before_save("note")
    def check(record: PlainRecord) -> None:
        if record["title"] == "bad":
            raise refuse(108, "no")

    ada = serve()
    records = [{"_id": f"note/{t}", "title": t} for t in ("ok", "bad", "fine")]
    assert ada.code("record:save", records=records, atomic=True) == (409, 115)

    assert ada.keys("note") == []


def test_a_hook_before_a_save_is_in_its_transaction(app: App, serve: Serve) -> None:
    seen: list[int] = []

    @app.before_save("note")
    def look(_: PlainRecord, __: PlainRecord | None, connection: Connection) -> None:
        with db.conn() as same:
            assert same is connection
        seen.append(count(connection))

    ada = serve()
    ada.save({"_id": "note/1"}, {"_id": "note/2"})
    ada.save({"_id": "note/3"})

    assert seen == [0, 0, 2]


def test_a_hook_after_a_save_sees_what_is_committed(app: App, serve: Serve) -> None:
    seen: list[tuple[object, int]] = []

    @app.after_save(Note)
    def look(note: Note, original: Note | None, connection: Connection) -> None:
        had = None if original is None else original.title
        seen.append((had, count(connection)))
        connection.execute(text("UPDATE note SET tags = NULL"))
        # the server writes while the hook has not written yet
        with db.conn() as other:
            assert count(other) == 2

    ada = serve()
    ada.save({"_id": "note/1", "title": "a"}, {"_id": "note/2", "tags": []})
    ada.save({"_id": "note/1", "title": "b"})

    assert seen == [(None, 2), (None, 2), ("a", 2)]


def test_the_error_of_a_hook_after_a_save_stands_for_the_record_that_is_stored(
    app: App, serve: Serve
) -> None:
    @app.after_save("note")
    def fail(record: PlainRecord) -> None:
        if record.id.key == "1":
            raise refuse(102, "too late")

    ada = serve()
    entries = ada.save({"_id": "note/1"}, {"_id": "note/2"})
    atomic = ada.code("record:save", records=[{"_id": "note/1"}], atomic=True)

    assert [entry.get("code") for entry in entries] == [102, None]
    assert (atomic, ada.keys("note")) == ((409, 115), ["1", "2"])


def test_hooks_of_deletes_refuse_and_are_told(app: App, serve: Serve) -> None:
    gone: list[str] = []

    @app.before_delete(Note)
    def keep(note: Note) -> None:
        if note.title == "keep":
            raise refuse(102, "it stays")

    @app.after_delete("note")
    def note_it(record: PlainRecord, connection: Connection) -> None:
        gone.append(f"{record.id} {count(connection)}")

    ada = serve()
    ada.save({"_id": "note/1", "title": "keep"}, {"_id": "note/2"})
    entries = ada.result("record:delete", ids=["note/1", "note/2"])

    assert [entry.get("code") for entry in entries] == [102, None]
    assert (gone, ada.keys("note")) == (["note/2 1"], ["1"])


def test_hooks_may_write_fields_that_the_user_may_not(app: App, serve: Serve) -> None:
    @app.before_save("note")
    def stamp(record: PlainRecord) -> None:
        record["secret"] = f"by {current_user_id()}"
        record.acl = ACL.public_read()

    ada = serve()
    fields = [{"name": "secret", "type": "string"}]
    types = {"note": {"fields": fields}}
    master = ada.as_master()
    master.result("schema:create", record_types=types)
    rule = {"record_type": "note", "record_field": "secret", "user_role": "_any_user"}
    rights = {"writable": False, "readable": True, "comparable": True}
    access = [{**rule, **rights, "discoverable": True}]
    master.result("schema:field_access:update", access=access)
    [made] = ada.save({"_id": "note/1", "secret": "mine"})

    assert made["secret"] == f"by {ada.user_id}"
    assert made["_access"] == [{"level": "read", "public": True}]


def test_the_same_record_twice_in_a_batch_is_saved_in_order(
    app: App, serve: Serve
) -> None:
    seen: list[object] = []

    @app.before_save("note")
    def look(_: PlainRecord, original: PlainRecord | None) -> None:
        seen.append(None if original is None else original["title"])

    serve().save({"_id": "note/1", "title": "a"}, {"_id": "note/1", "title": "b"})

    assert seen == [None, "a"]


def test_hooks_run_once_where_a_constraint_is_broken(app: App, serve: Serve) -> None:
    seen: list[str] = []

    @app.before_save("note")
    def look(record: PlainRecord) -> None:
        seen.append(record.id.key)

    ada = serve()
    missing = {"$type": "ref", "$id": "user/nobody"}
    entries = ada.save({"_id": "note/1"}, {"_id": "note/2", "by": missing})

    assert [entry["_type"] for entry in entries] == ["record", "error"]
    assert (seen, ada.keys("note")) == (["1", "2"], ["1"])


def test_a_hook_of_users_refuses_to_sign_up(app: App, serve: Serve) -> None:
    welcomed: list[object] = []

    @app.before_save("user")
    def check(record: PlainRecord) -> None:
        if record["username"] == "eve":
            raise refuse(108, "not her")

    @app.after_save("user")
    def welcome(record: PlainRecord) -> None:
        welcomed.append(record["username"])

    ada = serve()
    data = {"username": "eve"}
    refused = ada.code("auth:signup", auth_data=data, password="x")

    assert (refused, welcomed) == ((400, 108), ["ada"])


@pytest.mark.parametrize("trigger", ["beforeSave", "afterSave"])
def test_raw_hooks_take_the_trigger_of_the_protocol(
    app: App, serve: Serve, trigger: str
) -> None:
    seen: list[str] = []

    @app.hook(trigger, type="note", extra_for_servers=1)
    def look(record: PlainRecord) -> None:
        seen.append(record.id.key)

    serve().save({"_id": "note/1"})

    assert seen == ["1"]


@pytest.mark.parametrize("trigger", ["before", "after"])
def test_hooks_beside_the_request_change_and_refuse_nothing(
    app: App, serve: Serve, trigger: str
) -> None:
    together = threading.Barrier(3, timeout=60)
    seen: list[Mapping[str, str]] = []

    def refuse_it(record: PlainRecord) -> None:
        record["title"] = "changed"
        seen.append(current_context())
        together.wait()
        raise refuse(108, "no")

    decorate = app.before_save if trigger == "before" else app.after_save
    for name in ("one", "two"):
        decorate("note", name=name, async_=True)(refuse_it)

    ada = serve()
    [saved] = ada.save({"_id": "note/1", "title": "a"})
    # both hooks run at the same time, and the save has not waited for them
    together.wait()

    context = {"user_id": ada.user_id, "access_key_type": "client"}
    assert (saved["title"], seen) == ("a", [context, context])


def test_a_hook_may_leave_out_what_it_does_not_need(app: App, serve: Serve) -> None:
    seen: list[int] = []

    @app.after_save("note")
    def all_of_them(*given: object) -> None:
        seen.append(len(given))

    @app.after_save("note")
    def one(_: PlainRecord) -> None:
        seen.append(1)

    serve().save({"_id": "note/1"})

    assert seen == [3, 1]
