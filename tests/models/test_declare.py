"""Which fields a model may declare, and with which types."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

import attrs
import pytest

from skysyn import (
    ACL,
    JSON,
    Asset,
    Field,
    GeoJSON,
    Location,
    ReadOnly,
    Record,
    RecordID,
    Ref,
    Sequence,
    Unknown,
    field,
    readonly,
)
from skysyn.errors import DeclarationError
from skysyn.models import Reference

from .declaring import Colour, Person, Settings, Step, make


@pytest.mark.parametrize(
    "annotation",
    [
        object,
        set[str],
        bytes,
        complex,
        tuple[int, int],
        dict[int, str],
        list[datetime],
        list[Location],
        dict[str, Asset],
        list["Ref[Person]"],
        Person,
    ],
    ids=str,
)
def test_a_type_no_field_can_hold_is_refused(annotation: Any) -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*Fields hold str"):
        make(Field[annotation])


def test_typed_values_in_lists_are_refused_with_the_reason() -> None:
    with pytest.raises(DeclarationError, match=r"only plain JSON.* field of its own"):
        make(Field[list[datetime]])


@pytest.mark.parametrize(
    "annotation",
    [
        str,
        int,
        float,
        bool,
        datetime,
        list[str],
        list[Any],
        list[list[int]],
        list[Step],
        list[Settings],
        dict[str, JSON],
        list,
        dict,
        JSON,
        Any,
        Ref[Person],
        Location,
        GeoJSON,
        Asset,
        int | Sequence,
        Unknown,
        ACL,
        Colour,
        Step,
        Settings,
        int | str,
        RecordID,
    ],
    ids=str,
)
def test_every_other_type_is_accepted_also_with_none(annotation: Any) -> None:
    plain = make(Field[annotation])
    optional = make(Field[annotation | None])

    assert plain.__sky_fields__["spot"].spec.python is not None
    assert optional.__sky_fields__["spot"].spec.nullable


def test_a_name_with_an_underscore_in_front_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"Task\._spot: .*use field\(wire=…\)"):
        make(Field[str], field(wire="spot"), name="_spot")


def test_an_annotation_without_field_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*`spot: Field\[str\]`"):
        make(str)


@pytest.mark.parametrize("annotation", [Field, ReadOnly])
def test_a_field_of_nothing_is_refused(annotation: Any) -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: say what the field holds"):
        make(annotation)


@pytest.mark.parametrize("target", [str, Settings])
def test_a_reference_to_what_is_no_model_is_refused(target: Any) -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*Ref leads to a model"):
        make(Field[Ref[target]])


def test_class_variables_are_no_fields() -> None:
    class Task(Record):
        limit: ClassVar[int] = 3
        title: Field[str]

    assert Task.limit == 3
    assert "limit" not in Task.__sky_fields__


def test_types_of_the_class_body_are_known() -> None:
    class Task(Record):
        class Mood(Enum):
            GOOD = "good"

        mood: Field[Mood]

    assert Task(mood=Task.Mood.GOOD).changes["mood"] is Task.Mood.GOOD


def test_a_model_that_is_nowhere_is_named_at_the_first_use() -> None:
    Task = make("Field[Ref[Nowhere]]", name="owner")  # noqa: N806  # a class

    with pytest.raises(DeclarationError, match=r"Task refers to 'Nowhere'.*import the"):
        Task.__sky_fields__["owner"].spec.target()


def test_the_type_of_each_value_is_told_to_attrs() -> None:
    class Task(Record):
        mentor: Field[Ref[Person] | None] = field(default=None)
        views: ReadOnly[int] = readonly()

    types = {a.name: a.type for a in attrs.fields(Task)}

    assert (types["mentor"], types["views"]) == (Ref[Person] | None, int)
    assert isinstance(Task(mentor=Person.ref("k")).mentor, Reference)
