"""What a record has, and which records are equal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from skysyn import ACL, Field, Record, Ref, Sequence, field
from skysyn.errors import ConversionError, DeclarationError, NotLoaded
from skysyn.models import Origin
from tests.session.service import Service

from .tasks import Task, User, loaded, row


def test_a_new_record_has_its_values_and_defaults() -> None:
    task = Task(title="A", n=3)

    assert (task.title, task.n, task.done, task.due, task.tags) == (
        "A",
        3,
        False,
        None,
        [],
    )


def test_factories_make_a_value_for_each_record() -> None:
    assert Task(title="A").tags is not Task(title="B").tags


def test_a_new_record_wants_every_field_without_default() -> None:
    make: Any = Task

    with pytest.raises(TypeError, match="title"):
        make(n=3)


@pytest.mark.parametrize("name", ["id", "owner_id", "created_at", "views", "nope"])
def test_a_new_record_takes_only_what_can_be_set(name: str) -> None:
    make: Any = Task

    with pytest.raises(TypeError, match=name):
        make(title="A", **{name: None})


def test_what_the_service_sets_is_not_loaded_before_the_save() -> None:
    with pytest.raises(NotLoaded, match=r"Task\.created_at .*save the record first"):
        _ = Task(title="A").created_at


def test_an_absent_field_is_none_whatever_the_default() -> None:
    class Note(Record):
        n: Field[int | None] = field(default=7)

    note = Note.__sky_make__(b'{"_id":"note/k","_type":"record"}', Origin(None))

    assert (Note().n, note.n) == (7, None)


def test_an_absent_field_that_cannot_be_none_says_so_when_read() -> None:
    task = Task.__sky_make__(b'{"_id":"task/k","_type":"record"}', Origin(None))

    with pytest.raises(ConversionError, match=r"declare it `str \| None`") as caught:
        _ = task.title

    found = caught.value
    assert (found.model, found.field, found.record) == ("Task", "title", "task/k")


def test_a_field_left_out_by_the_query_names_the_query_to_change() -> None:
    task = loaded(row(), Origin(None, only=frozenset({"title"})))

    with pytest.raises(NotLoaded, match=r"add Task\.n to its \.only\(…\)"):
        _ = task.n
    assert (task.title, str(task.id), task.owner_id) == ("A", "task/k", "u-1")


def test_a_field_left_out_can_be_assigned() -> None:
    task = loaded(row(), Origin(None, only=frozenset({"title"})))

    task.n = 4

    assert (task.n, task.changes) == (4, {"n": 4})


def test_equal_are_records_of_one_type_and_key() -> None:
    same = Task(title="B").with_id("k")

    assert loaded() == same
    assert hash(loaded()) == hash(same)
    assert loaded() != Task(title="A")
    assert loaded() != User().with_id("k")
    assert loaded() != "k"


def test_a_record_equals_its_reference() -> None:
    task = loaded()
    reference = Task.ref("k")

    assert task == reference
    assert reference == task
    assert hash(task) == hash(reference)
    assert {task} == {reference}
    assert reference != User.ref("k")
    assert reference != Task.ref("l")


def test_a_record_is_a_reference_to_itself() -> None:
    task = loaded()

    assert (task.ref_id, task.is_loaded, task.load()) == ("k", True, task)


def test_fields_that_are_not_declared_are_kept_in_extra() -> None:
    task = loaded(colour2="x", deep={"a": [1]}, due=None)

    assert task.extra == {"colour2": "x", "deep": {"a": [1]}}
    assert Task(title="A").extra == {}


def test_many_fields_are_kept_apart() -> None:
    names = [f"f{i}" for i in range(60)]
    body: dict[str, Any] = {
        "__annotations__": dict.fromkeys(names, Field[int | None]),
        "__module__": __name__,
    }
    wide: Any = type("Wide", (Record,), body)
    data = {"_id": "wide/k", "_type": "record", **{n: i for i, n in enumerate(names)}}
    record = wide.__sky_make__(json.dumps(data).encode(), Origin(None))

    record.f7 = -7

    expected = [-7 if i == 7 else i for i in range(60)]
    assert [getattr(record, name) for name in names] == expected
    assert record.changes == {"f7": -7}


def test_a_model_of_a_later_module_is_found_once_it_is_there() -> None:
    class Early(Record):
        n: Field[int | None] = field(default=None)
        late: Field[Ref[Later] | None] = field(default=None)

    data = b'{"_id":"early/k","n":3,"late":{"$type":"ref","$id":"later/l"}}'
    early = Early.__sky_make__(data, Origin(None))
    assert repr(early).startswith("Early(")
    with pytest.raises(DeclarationError, match="Early refers to 'Later'"):
        _ = early.n

    class Later(Record):
        pass

    assert (early.n, early.late) == (3, Later.ref("l"))


def test_an_acl_is_none_or_a_list() -> None:
    assert loaded().acl is None
    assert loaded(_access=[]).acl == ACL.owner_only()
    assert loaded(_access=[{"level": "read", "public": True}]).acl == ACL.public_read()


def test_sequences_are_asked_for_and_come_back_as_numbers() -> None:
    class Ticket(Record):
        number: Field[int | Sequence] = field(factory=Sequence)

    service = Service()

    ticket = service.connect().save(Ticket()).saved[0]

    assert service.sent()[0]["records"][0]["number"] == {"$type": "seq"}
    assert ticket.number == 1
