"""What is assigned while a save is under way stays a change."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from skysyn import MockTransport, Request, Response
from skysyn.accsyn import Queue
from skysyn.errors import ConversionError, TimedOut
from tests.accsyn.stub import Stub

from .notes import Note

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import SkygearSession

    from .service import Service


def changing(service: Service, change: Callable[[], object]) -> SkygearSession:
    """Return a session during whose saves *change* happens."""

    def answer(request: Request) -> Response:
        answered = service.answer(request)
        if json.loads(request.body)["action"] == "record:save":
            change()
        return answered

    return service.connect(MockTransport(answer))


def assigning(note: Note, **values: Any) -> Callable[[], object]:
    """Return what assigns *values* to fields of *note*."""

    def assign() -> None:
        for name, value in values.items():
            setattr(note, name, value)

    return assign


@pytest.mark.parametrize("title", ["C", "A", None])
def test_a_field_that_was_sent_may_change_meanwhile(
    service: Service, title: str | None
) -> None:
    service.put("note/k", title="A", n=1)
    note = service.connect().get(Note, "k")
    note.title = "B"

    report = changing(service, assigning(note, title=title)).save(note)

    assert report.saved == [note]
    assert note.changes == {"title": title}


def test_a_field_that_was_not_sent_may_change_meanwhile(service: Service) -> None:
    note = Note(title="A").with_id("k")

    changing(service, assigning(note, n=5)).save(note)

    assert (note.title, note.changes) == ("A", {"n": 5})


def test_a_list_may_grow_meanwhile(service: Service) -> None:
    note = Note(tags=["a"]).with_id("k")
    assert note.tags is not None

    changing(service, partial(note.tags.append, "b")).save(note)

    assert note.changes == {"tags": ["a", "b"]}


def test_a_record_that_is_read_meanwhile_has_no_changes(service: Service) -> None:
    service.put("note/k", title="A", n=1, labels=["a"])
    note = service.connect().get(Note, "k")
    note.title = "B"

    changing(service, lambda: note.n).save(note)

    assert (note.title, note.n, note.changes) == ("B", 1, {})


def test_what_waits_for_its_batch_may_change_meanwhile(service: Service) -> None:
    notes = [Note(title="A").with_id(f"{n}") for n in range(201)]

    changing(service, assigning(notes[-1], title="B")).save(*notes)

    assert (notes[-1].changes, notes[0].changes) == ({"title": "B"}, {})


def test_a_value_that_cannot_be_saved_does_not_hide_that_the_others_were(
    service: Service,
) -> None:
    note = Note(title="A").with_id("k")

    report = changing(service, assigning(note, title=5)).save(note)

    assert report.saved == [note]
    with pytest.raises(ConversionError, match="title"):
        _ = note.changes


def test_what_changed_before_the_answer_was_lost_stays_a_change(
    service: Service,
) -> None:
    note = Note(title="A", tags=["a"]).with_id("k")
    assert note.tags is not None

    def lose(tags: list[Any] = note.tags) -> None:
        tags.append("b")
        msg = "lost"
        raise TimedOut(msg)

    report = changing(service, lose).save(note).resolve()

    assert report.saved == [note]
    assert note.changes == {"tags": ["a", "b"]}


def test_an_attribute_of_an_entity_may_change_meanwhile() -> None:
    queue = Queue(name="a", description="old")

    def change(*_: object) -> None:
        queue.description = "new"

    Stub(change).typed().save(queue)

    assert (queue.name, queue.changes) == ("stub", {"description": "new"})
