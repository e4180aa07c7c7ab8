# pyright: reportUnusedClass=false
"""What fields are called where they travel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from skysyn import JSON, Field, Location, Record, Ref, field
from skysyn.errors import DeclarationError

from .declaring import Colour, Person, Settings, Step, make


def test_two_fields_of_one_wire_name_are_refused() -> None:
    message = r"Task\.second: the wire name 'first' is already Task\.first; give one"
    with pytest.raises(DeclarationError, match=message):

        class Task(Record):
            first: Field[str]
            second: Field[str] = field(wire="first")


def test_a_wire_name_of_an_inherited_field_is_refused() -> None:
    class Base(Record, abstract=True):
        first: Field[str]

    with pytest.raises(DeclarationError, match=r"Task\.second: .* Task\.first"):

        class Task(Base):
            second: Field[str] = field(wire="first")


@pytest.mark.parametrize(
    ("wire", "annotation"),
    [
        ("id", str),
        ("ID", int),
        ("data", list[str]),
        ("Data", JSON),
        ("transient", bool),
        ("createdAt", str),
        ("CREATEDAT", float),
        ("updatedAt", Colour),
        ("acl", dict[str, str]),
        ("ACL", list[str]),
        ("ownerID", int),
        ("creatorid", dict[str, str]),
        ("updaterID", bool),
        ("databaseId", list[str]),
    ],
)
def test_names_that_fail_whole_requests_are_refused(wire: str, annotation: Any) -> None:
    with pytest.raises(DeclarationError, match=rf"Task\.spot: .*{wire}.*field\(wire="):
        make(Field[annotation], field(wire=wire))


@pytest.mark.parametrize(
    ("wire", "annotation"),
    [
        ("data", dict[str, JSON]),
        ("Data", dict[str, int] | None),
        ("createdAt", datetime),
        ("updatedAt", Ref[Person]),
        ("transient", Location),
        ("id", Step),
        ("data", Settings),
        ("ownerID", str),
        ("creatorID", str | None),
        ("updaterid", Colour),
        ("created_at", datetime),
        ("CreatedBy", str),
        ("owner_id", str),
    ],
)
def test_those_names_are_allowed_for_values_of_the_right_shape(
    wire: str, annotation: Any
) -> None:
    model = make(Field[annotation], field(wire=wire))

    assert model.__sky_fields__["spot"].wire == wire


@pytest.mark.parametrize("wire", ["_hidden", "a.b", "", "_"])
def test_names_that_the_server_does_not_store_are_refused(wire: str) -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*use field\(wire=…\)"):
        make(Field[str], field(wire=wire))


def test_a_wire_name_is_what_travels() -> None:
    class Task(Record):
        title: Field[str] = field(wire="taskTitle")

    assert str(Task.title) == "<StrExpr Task.taskTitle>"
    assert Task.__sky_fields__["title"].wire == "taskTitle"
