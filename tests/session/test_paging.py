from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skysyn import Field, Location, Record, Ref, field
from skysyn.errors import ConversionError, QueryError

from .conditions import arrange, holds
from .service import Service

if TYPE_CHECKING:
    from skysyn import RecordQuery

START = datetime(2026, 1, 1, tzinfo=UTC)


class Mood(Enum):
    GOOD = "good"
    BAD = "bad"


class Note(Record):
    title: Field[str | None] = field(default=None)
    n: Field[int | None] = field(default=None)
    share: Field[float | None] = field(default=None)
    done: Field[bool | None] = field(default=None)
    due: Field[datetime | None] = field(default=None, wire="dueDate")
    mood: Field[Mood | None] = field(default=None)
    place: Field[Location | None] = field(default=None)
    tags: Field[list[str] | None] = field(default=None)
    other: Field[Ref[Note] | None] = field(default=None)


ROWS: Any = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["", "a", "B", "ü", "a%"]),
        "n": st.integers(-1, 2),
        "share": st.sampled_from([-0.5, 0.0, 0.1, 1e21]),
        "done": st.booleans(),
        "dueDate": st.integers(0, 2).map(
            lambda i: {
                "$type": "date",
                "$date": (START + timedelta(microseconds=i)).isoformat(),
            }
        ),
        "mood": st.sampled_from(["good", "bad", "odd"]),
    },
)
KEYS = st.text("abAB/ü", min_size=1, max_size=3)
ORDERS: dict[str, Any] = {
    "title": Note.title,
    "n": Note.n,
    "share": Note.share,
    "done": Note.done,
    "dueDate": Note.due,
    "mood": Note.mood,
    "_id": Note.id,
    "_owner_id": Note.owner_id,
    "_created_at": Note.created_at,
}
FILTERS: dict[str, Any] = {
    "all": [],
    "big": [Note.n > 0],
    "not big": [~(Note.n > 0)],
    "no title": [Note.title == None],
    "either": [(Note.n == None) | (Note.title != "a")],
}


def drawn_orders(data: st.DataObject) -> list[Any]:
    names = data.draw(st.lists(st.sampled_from(sorted(ORDERS)), max_size=3))
    downwards = [data.draw(st.booleans()) for _ in names]
    return [
        ORDERS[name].desc() if down else ORDERS[name].asc()
        for name, down in zip(names, downwards, strict=True)
    ]


def keys(notes: list[Note]) -> list[str]:
    return [note.ref_id for note in notes]


def expected(service: Service, query: RecordQuery[Note]) -> list[str]:
    """Return the keys in the order that one request over all would find."""
    body = service.sent("record:query")[0]
    predicate = body.get("predicate")
    rows = list(service.rows.values())
    found = [r for r in rows if predicate is None or holds(predicate, r)]
    start = query.skipped or 0
    stop = None if query.most is None else start + query.most
    arranged = arrange(found, body.get("sort", []))[start:stop]
    return [row["_id"].partition("/")[2] for row in arranged]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_pages_together_are_the_whole(data: st.DataObject) -> None:
    service = Service()
    for key, row in data.draw(st.dictionaries(KEYS, ROWS, max_size=12)).items():
        service.put(f"note/{key}", **row)
    query = service.connect().query(Note).order_by(*drawn_orders(data))
    query = query.filter(*FILTERS[data.draw(st.sampled_from(sorted(FILTERS)))])
    if data.draw(st.booleans()):
        query = query.limit(data.draw(st.integers(0, 14)))
    if data.draw(st.booleans()):
        query = query.offset(data.draw(st.integers(0, 14)))
    size = data.draw(st.integers(1, 5))

    pages = list(query.pages(size))

    found = [key for page in pages for key in keys(page)]
    asked = len(service.sent("record:query"))
    assert found == (expected(service, query) if asked else [])
    assert all(len(page) == size for page in pages[:-1])
    assert asked <= len(found) // size + 1


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_others_do_neither_skips_nor_repeats(data: st.DataObject) -> None:
    service = Service()
    for key, row in data.draw(st.dictionaries(KEYS, ROWS, max_size=12)).items():
        service.put(f"note/{key}", **row)
    there, used = set(service.rows), set(service.rows)
    query = service.connect().query(Note).order_by(*drawn_orders(data))
    found: list[str] = []

    for page in query.pages(data.draw(st.integers(1, 4))):
        found += [f"note/{key}" for key in keys(page)]
        for key, row in data.draw(st.dictionaries(KEYS, ROWS, max_size=3)).items():
            if f"note/{key}" not in used:
                service.put(f"note/{key}", **row)
                used.add(f"note/{key}")
        gone = {f"note/{key}" for key in data.draw(st.sets(KEYS, max_size=2))}
        service.rows = {k: row for k, row in service.rows.items() if k not in gone}
        there -= gone

    assert len(found) == len(set(found))
    assert there <= set(found)


def numbered(count: int) -> Service:
    service = Service()
    for i in range(count):
        service.put(f"note/{i:03}", n=i // 10)
    return service


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (99, 1), (100, 2), (250, 3)])
def test_an_iteration_asks_once_a_page(count: int, requests: int) -> None:
    service = numbered(count)

    found = list(service.connect().query(Note).order_by(Note.n.desc()))

    assert len(found) == count
    assert len(service.sent()) == requests


def test_an_iteration_asks_when_it_is_needed() -> None:
    service = numbered(250)
    query = service.connect().query(Note)

    for _, _ in zip(range(100), query, strict=False):
        assert len(service.sent()) == 1


def test_an_iteration_holds_no_more_than_two_pages() -> None:
    alive: WeakSet[Note] = WeakSet()
    held: list[int] = []
    for note in numbered(950).connect().query(Note):
        alive.add(note)
        held.append(len(alive))

    assert (len(held), max(held) <= 200) == (950, True)


def test_only_the_pages_that_the_limit_needs_are_asked() -> None:
    service = numbered(50)

    list(service.connect().query(Note).limit(25).pages(10))

    assert [body["limit"] for body in service.sent()] == [10, 10, 5]


def test_the_offset_counts_once() -> None:
    service = numbered(30)

    found = [
        n for page in service.connect().query(Note).offset(5).pages(10) for n in page
    ]

    assert keys(found) == [f"{i:03}" for i in range(5, 30)]
    assert [body.get("offset") for body in service.sent()] == [5, None, None]


def test_records_may_be_changed_while_they_are_read() -> None:
    service = numbered(50)
    query = service.connect().query(Note).order_by(Note.n, Note.created_at)
    seen: list[str] = []

    for page in query.pages(7):
        for note in page:
            seen.append(note.ref_id)
            note.n = -1
            note.save()

    assert seen == [f"{i:03}" for i in range(50)]


def test_records_may_be_deleted_while_they_are_read() -> None:
    service = numbered(50)

    for note in service.connect().query(Note).order_by(Note.created_at.desc()):
        note.delete()

    assert service.rows == {}


def test_pages_need_not_hold_the_id_or_the_metadata() -> None:
    service = numbered(25)
    query = service.connect().query(Note).only(Note.n).order_by(Note.n)

    assert [len(page) for page in query.pages(10)] == [10, 10, 5]


@pytest.mark.parametrize(
    "order",
    [Note.place.distance_to(Location(1, 2)), Note.tags, Note.place, Note.other],
    ids=["distance", "list", "place", "reference"],
)
def test_an_order_that_cannot_be_continued_is_refused(order: Any) -> None:
    service = numbered(3)
    query = service.connect().query(Note).order_by(order)

    with pytest.raises(QueryError, match=r"page by page.*\.all\(\)"):
        query.pages()
    assert service.sent() == []


def test_an_order_that_is_left_out_is_refused() -> None:
    query = numbered(3).connect().query(Note).only(Note.title).order_by(Note.n)

    with pytest.raises(QueryError, match=r"needs n too: add it to \.only\(…\)"):
        query.pages()


@pytest.mark.parametrize("size", [0, -1])
def test_a_page_without_records_is_refused(size: int) -> None:
    with pytest.raises(QueryError, match=f"at least one record, not {size}"):
        numbered(3).connect().query(Note).pages(size)


def test_a_broken_value_of_the_order_is_named() -> None:
    service = numbered(1)
    service.rows["note/000"]["title"] = 5
    query = service.connect().query(Note).order_by(Note.title)

    with pytest.raises(ConversionError, match=r"Note\.title of note/000"):
        list(query.pages(1))
