"""What results and arguments are read as, by their declared types."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from threading import Barrier
from typing import Any, Literal

import attrs
import pytest

from skysyn import ACL, Field, Record, Ref
from skysyn.dialects.skygear.results import Results
from skysyn.errors import ConversionError
from skysyn.models import JSON, Origin, Reference


class Book(Record):
    title: Field[str]


class Size(Enum):
    SMALL = "s"
    MIDDLE = "m"


@attrs.frozen
class Measure:
    size: Size


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


def test_access_is_read(results: Results) -> None:
    access = ACL.public_read()

    assert results.read(results.dump(access), ACL | None) == access


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
