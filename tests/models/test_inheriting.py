# pyright: reportUnusedClass=false
"""Models take fields from their bases."""

from __future__ import annotations

import pytest

from skysyn import Field, Location, Record, field
from skysyn.errors import DeclarationError

from .declaring import Person


def test_fields_of_a_base_that_is_no_record_are_refused() -> None:
    class Stamped:
        stamp: Field[str]

    with pytest.raises(DeclarationError, match=r"Stamped.*abstract=True"):

        class Task(Stamped, Record):
            title: Field[str]


def test_inherited_fields_come_before_own_ones() -> None:
    class Worker(Person):
        salary: Field[int]

    assert list(Worker.__sky_fields__)[-2:] == ["name", "salary"]
    assert Worker(name="Ann", salary=3).changes == {
        "acl": None,
        "name": "Ann",
        "salary": 3,
    }
    assert Worker.__collection__ == "worker"


def test_a_subclass_may_declare_a_field_anew() -> None:
    class Worker(Person):
        name: Field[str] = field(default="nobody")

    assert Worker().name == "nobody"


def test_several_abstract_bases_give_their_fields() -> None:
    class Named(Record, abstract=True):
        name: Field[str]

    class Placed(Record, abstract=True):
        place: Field[Location | None] = field(default=None)

    class Shop(Named, Placed):
        open: Field[bool] = field(default=True)

    shop = Shop(name="x", place=Location(1, 2))

    assert (shop.name, shop.place, shop.open) == ("x", Location(1, 2), True)
    assert set(Shop.__sky_fields__) - set(Record.__sky_fields__) == {
        "name",
        "place",
        "open",
    }


def test_bases_that_share_one_are_resolved_as_python_does() -> None:
    class Base(Record, abstract=True):
        name: Field[str | None] = field(default="base")

    class Left(Base, abstract=True):
        pass

    class Right(Base, abstract=True):
        name: Field[str | None] = field(default="right", wire="right_name")

    class Both(Left, Right):
        pass

    assert Both().name == "right"
    assert Both.__sky_fields__["name"].wire == "right_name"


def test_a_model_needs_no_fields_of_its_own() -> None:
    class Empty(Record):
        pass

    assert Empty().changes == {"acl": None}
