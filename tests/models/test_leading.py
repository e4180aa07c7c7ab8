"""Which model a reference leads to."""

from __future__ import annotations

import pytest

from skysyn import Field, Record, Ref
from skysyn.errors import DeclarationError

from . import left, right, unquoted


def test_references_lead_within_a_module_also_to_later_classes() -> None:
    boss = left.Author(name="Ann", mentor=left.Author(name="Bea"))

    assert boss.changes["mentor"] == boss.mentor
    assert left.Author.__sky_fields__["mentor"].spec.target() is left.Author


def test_references_lead_to_a_module_that_refers_back() -> None:
    assert left.Author.__sky_fields__["best"].spec.target() is right.Book
    assert right.Book.__sky_fields__["author"].spec.target() is left.Author


def test_quoted_references_work_without_postponed_annotations() -> None:
    assert unquoted.Leaf.__sky_fields__["tree"].spec.target() is unquoted.Tree
    assert unquoted.Tree.__sky_fields__["best"].spec.target() is unquoted.Leaf


def test_references_lead_to_classes_of_the_same_function() -> None:
    class Early(Record):
        other: Field[Ref[Person]]

    class Person(Record):
        early: Field[Ref[Early]]

    assert Early.__sky_fields__["other"].spec.target() is Person
    assert Person.__sky_fields__["early"].spec.target() is Early


def test_classes_of_one_name_in_two_functions_are_told_apart() -> None:
    def declare() -> tuple[type[Record], type[Record]]:
        class Early(Record):
            other: Field[Ref[Late]]

        class Late(Record):
            pass

        return Early, Late

    early, late = declare()

    def hide() -> type[Record]:
        class Late(Record):
            pass

        return Late

    assert hide() is not late
    assert early.__sky_fields__["other"].spec.target() is late


def test_a_name_that_several_modules_declare_is_refused() -> None:
    def declared(module: str) -> type[Record]:
        return type("Twin", (Record,), {"__module__": module})

    class Owner(Record):
        twin: Field[Ref[Twin]]  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]

    kept = [declared("here.one"), declared("here.two")]

    with pytest.raises(
        DeclarationError, match=r"several times \(here\.one, here\.two\)"
    ):
        Owner.__sky_fields__["twin"].spec.target()
    assert len(kept) == 2


def test_the_model_of_the_nearest_package_is_meant() -> None:
    def declared(name: str, module: str) -> type[Record]:
        body = {"__module__": module, "__annotations__": {"twin": "Field[Ref[Near]]"}}
        return type(
            name, (Record,), body if name == "Owner" else {"__module__": module}
        )

    near, far = declared("Near", "app.users.people"), declared("Near", "other.people")

    owner = declared("Owner", "app.users.tasks")

    assert owner.__sky_fields__["twin"].spec.target() is near
    assert far is not near
