"""What results and arguments are read as, by their declared types."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from enum import Enum
from threading import Barrier
from typing import Any, Literal

import attrs
import pytest

from skysyn import ACL, Field, Location, Record, Ref
from skysyn.dialects.skygear.results import Results
from skysyn.errors import ConversionError, DeclarationError
from skysyn.models import JSON, Origin, Reference


class Book(Record):
    title: Field[str]


class Pen(Record):
    colour: Field[str]


class Size(Enum):
    SMALL = "s"
    MIDDLE = "m"


@attrs.frozen
class Measure:
    size: Size


@attrs.frozen
class Shade:
    shade: str


DATE: JSON = {"$type": "date", "$date": "2020-01-02T00:00:00Z"}
REF: JSON = {"$type": "ref", "$id": "book/1"}
BOOK: JSON = {"$type": "record", "$record": {"_id": "book/1", "title": "Dubliners"}}


@pytest.fixture
def results() -> Results:
    return Results(Origin(None))


@pytest.mark.parametrize("kind", [Ref[Book], Reference[Book]])
def test_a_reference_is_one_to_the_declared_class(results: Results, kind: Any) -> None:
    assert results.read([REF], list[kind]) == [Reference(Book, "1")]


def test_a_record_is_a_reference_to_itself(results: Results) -> None:
    found = results.read(BOOK, Ref[Book])

    assert (type(found), found.title) == (Book, "Dubliners")


OTHERS: list[tuple[JSON, Any, str]] = [
    (
        {"$type": "ref", "$id": "pen/1"},
        Ref[Book],
        "expected a reference to Book, got the reference pen/1 @ a",
    ),
    (
        BOOK,
        Reference[Book],
        "expected a reference to Book, got the record book/1 @ a",
    ),
    ("book/1", Ref[Book] | None, "expected a reference to Book, got text @ a"),
    (5, Size, "expected one of 's', 'm', got 5 @ a"),
    ({"$type": "seq"}, dict[str, int], "expected an object, got a value of 'seq' @ a"),
    ("s", Measure, "expected an object, got text @ a"),
    (True, Literal[1, 2], "expected one of 1, 2, got True @ a"),
    ("z", Literal["x", "y"], "expected one of 'x', 'y', got 'z' @ a"),
    ([[]], list[dict[str, int]], "expected an object, got a list @ a[0]"),
]


@pytest.mark.parametrize(("value", "kind", "said"), OTHERS)
def test_what_is_something_else_is_told_with_its_place(
    results: Results, value: JSON, kind: Any, said: str
) -> None:
    with pytest.raises(ConversionError) as caught:
        results.read(value, kind, "a")

    assert str(caught.value) == said


@pytest.mark.parametrize("found", ["s", 1, True, Size.MIDDLE])
def test_a_literal_is_one_of_its_type(results: Results, found: Any) -> None:
    value = found.value if isinstance(found, Size) else found

    read = results.read(value, Literal["s", 1, True, Size.MIDDLE])

    assert (read, type(read)) == (found, type(found))


MIXED: list[tuple[Any, JSON, object]] = [
    (Book | Pen, BOOK, Book),
    (Pen | Book | None, BOOK, Book),
    (Book | Measure, BOOK, Book),
    (Book | Measure, {"size": "s"}, Measure),
    (Measure | Shade, {"shade": "s"}, Shade),
    (list[Book | Pen | str], ["a"], list),
    (Location | datetime, DATE, datetime),
    (Ref[Book] | Pen, REF, Reference),
    (list[int] | dict[str, int] | int, [1], list),
    (list[int] | dict[str, int] | int, {"a": 1}, dict),
    (list[int] | dict[str, int] | int, 5, int),
    (list[int] | datetime | float | int, 5, int),
    (list[int] | Size | None, "s", Size),
    (list[int] | Size | None, None, type(None)),
    (Size | Literal["xl"], "xl", str),
    (Book | ACL, [], ACL),
]


@pytest.mark.parametrize(("kind", "value", "wanted"), MIXED)
def test_a_union_is_read_as_its_type_that_fits(
    results: Results, kind: Any, value: JSON, wanted: type
) -> None:
    results.check(kind)

    assert type(results.read(value, kind)) is wanted


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Book | Pen, "a", "expected Book or Pen, got text @ a"),
        (Book | Pen, {"$type": "seq"}, "expected Book or Pen, got a value of 'seq'"),
        (list[Measure] | Pen, [{"size": 5}], "expected one of 's', 'm', got 5 @ a"),
    ],
)
def test_what_no_type_of_a_union_fits_is_told(
    results: Results, kind: Any, value: JSON, said: str
) -> None:
    with pytest.raises(ConversionError) as caught:
        results.read(value, kind, "a")

    assert str(caught.value).startswith(said)


@attrs.frozen
class Shadow:
    shade: str


UNREADABLE = [Book | complex, list[int] | complex | Pen, Shade | Shadow]


@pytest.mark.parametrize("kind", UNREADABLE)
def test_unions_of_what_cannot_be_read_are_refused(results: Results, kind: Any) -> None:
    with pytest.raises(DeclarationError, match="no result can be read as"):
        results.check(kind)


def test_access_is_read(results: Results) -> None:
    access = ACL.public_read()

    assert results.read(results.dump(access), ACL | None) == access


OBJECTS: list[Any] = [dict[str, int], dict[str, object], Mapping[str, int], Measure]


def test_types_stay_strict_when_others_are_read_too(results: Results) -> None:
    for kind in OBJECTS * 2:
        with pytest.raises(ConversionError, match="an object, got a value of 'date'"):
            results.read(DATE, kind)


def test_threads_that_read_a_type_first_are_all_strict(results: Results) -> None:
    barrier = Barrier(4)

    def read(_: int) -> str:
        barrier.wait()
        with pytest.raises(ConversionError) as caught:
            results.read(["ab"], list[list[list[str]]])
        return str(caught.value)

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(read, range(4)))

    assert found == {"expected a list, got text @ $[0]"}
