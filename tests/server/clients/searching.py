"""The story's middle: records that are searched and deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from .container import (
    HERE,
    Where,
    ada,
    checked,
    encoding,
    entries,
    models,
    path,
    queries,
    record,
    ref,
)
from .steps import STEPS, same, step


@step
def save_what_is_searched() -> None:
    near, far = models.Location(114.17, 22.3), models.Location(139.69, 35.68)
    ann, ben = ref("author/ann"), ref("author/ben")
    rows: list[dict[str, Any]] = [
        {"title": "alpha", "tags": ["a", "b"], "where": HERE, "author": ann},
        {"title": "Beta", "tags": ["b"], "where": near, "author": ben},
        {"title": "gamma", "tags": ["c"], "where": far},
        {"title": "delta"},
        {"title": "50%", "author": ann},
    ]
    notes = [
        record(f"note/n{n}", n=n, at=datetime(2026, 1, n, tzinfo=UTC), **row)
        for n, row in enumerate(rows, start=1)
    ]
    same(len(entries(ada.public.save(notes))), 5)


NEAR = ["func", "distance", path("where"), encoding.serialize_value(HERE)]
BEFORE = encoding.serialize_value(datetime(2026, 1, 2, 12, tzinfo=UTC))
WITH_B = ["in", "b", path("tags")]
ANN = encoding.serialize_value(ref("author/ann"))
# lists are what py-skygear has no words for
SEARCHES: dict[str, tuple[Any, str]] = {
    "equal to": (Where(title__eq="Beta"), "2"),
    "not equal to": (Where(n__neq=1), "2345"),
    "greater than": (Where(n__gt=3), "45"),
    "greater than or equal to": (Where(n__gte=4), "45"),
    "less than": (Where(n__lt=2), "1"),
    "less than or equal to": (Where(n__lte=2), "12"),
    "before a time": (Where(at__lt=BEFORE), "12"),
    "like": (Where(title__like="%lpha"), "1"),
    "not like": (~Where(title__like="%a"), "5"),
    "like in any case": (Where(title__ilike="b%"), "2"),
    "one of": (Where(n__in=[1, 3]), "13"),
    "none of": (~Where(n__in=[1, 3]), "245"),
    "a list with": (WITH_B, "12"),
    "a list without": (["not", WITH_B], "3"),
    "and": (Where(n__gt=1) & Where(n__lt=4), "23"),
    "or": (Where(n__eq=1) | Where(title__eq="gamma"), "13"),
    "not": (~Where(n__gt=2), "12"),
    "nothing": (Where(author__eq=None), "34"),
    "a reference": (Where(author__eq=ANN), "15"),
    "a field of a reference": (Where(**{"author.name__eq": "Ben"}), "2"),
    "nearer than": (["lt", NEAR, 5000], "12"),
    "farther than": (["gt", NEAR, 1000000], "3"),
}


def search(name: str) -> None:
    where, numbers = SEARCHES[name]
    same(ada.keys("note", where), [f"n{number}" for number in numbers])


for _name in SEARCHES:
    STEPS.append((f"search: {_name}", partial(search, _name)))


@step
def sort() -> None:
    query = queries.Query("note", Where(n__gt=0)).add_order("n", "desc")
    same([note["n"] for note in ada.public.query(query)], [5, 4, 3, 2, 1])


@step
def sort_by_distance() -> None:
    query = queries.Query("note", Where(n__lt=4))
    query.sort.append([NEAR, "desc"])
    same([note["n"] for note in ada.public.query(query)], [3, 2, 1])


@step
def page_by_page() -> None:
    query = queries.Query("note", Where(n__gt=0), limit=2, offset=2)
    query.add_order("n", "asc")
    same([note.id.key for note in ada.public.query(query)], ["n3", "n4"])


@step
def count() -> None:
    # its own query throws the count away
    where = Where(n__gt=1).to_dict()
    params = {"record_type": "note", "predicate": where, "count": True, "limit": 1}
    answer = ada.container.send_action("record:query", params)
    same((len(answer["result"]), answer["info"]), (1, {"count": 4}))


@step
def include_what_is_referenced() -> None:
    # it cannot read the null of a record without a reference
    query = queries.Query("note", Where(n__eq=2), include=["author"])
    (note,) = ada.public.query(query)
    same(note["_transient"]["author"]["name"], "Ben")


@step
def include_the_distance() -> None:
    params = {"record_type": "note", "predicate": Where(n__eq=2).to_dict()}
    (note,) = ada.ask("record:query", include={"far": NEAR}, **params)
    same(1500 < note["_transient"]["far"] < 2500, True)


@step
def what_is_referenced_cannot_be_deleted() -> None:
    (entry,) = checked(ada.public.delete("author/ann"))
    same(entry["code"], 113)


@step
def delete() -> None:
    same(checked(ada.public.delete("note/n5"))[0]["_id"], "note/n5")
    same(checked(ada.public.delete("note/n5"))[0]["code"], 110)
