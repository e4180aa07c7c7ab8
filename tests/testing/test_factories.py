from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Any, Literal, TypedDict

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skysyn import (
    ACL,
    JSON,
    Asset,
    Entity,
    Field,
    GeoJSON,
    Location,
    Record,
    Ref,
    field,
)
from skysyn import accsyn as a
from skysyn.dialects.accsyn.values import dump_fields
from skysyn.dialects.skygear.dialect import dump_row
from skysyn.errors import DeclarationError
from skysyn.models import RecordID, Row
from skysyn.testing.factories import make, records, strategy


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Size(TypedDict):
    width: int
    name: str


class Owner(Record):
    name: Field[str]


class Counted(Record):
    n: Field[int]


class Thing(Record):
    name: Field[str] = field(
        validator=attrs.validators.and_(
            attrs.validators.min_len(2), attrs.validators.max_len(5)
        )
    )
    code: Field[str] = field(validator=attrs.validators.matches_re("[a-z]{3}"))
    rank: Field[int] = field(
        validator=attrs.validators.and_(attrs.validators.ge(1), attrs.validators.lt(4)),
    )
    share: Field[float] = field(validator=attrs.validators.le(1))
    kind: Field[str] = field(validator=attrs.validators.in_(["a", "b"]))
    color: Field[Color]
    owner: Field[Ref[Owner]]
    due: Field[datetime | None]
    place: Field[Location]
    area: Field[GeoJSON | None]
    photo: Field[Asset | None]
    tags: Field[list[str]]
    data: Field[dict[str, JSON]]
    size: Field[Size]
    level: Field[Literal["low", "high"] | int]


ENTITIES = [
    value
    for value in vars(a).values()
    if isinstance(value, type) and issubclass(value, Entity) and value.__sky_fields__
]


@settings(max_examples=50)
@given(strategy(Thing))
def test_new_objects_can_be_sent(thing: Thing) -> None:
    changes = {Thing.__sky_fields__[k].wire: v for k, v in thing.changes.items()}
    acl = changes.pop("_access")
    access = acl if isinstance(acl, ACL) else None

    dumped = dump_row(Row(RecordID("thing", "1"), changes, access, True))

    assert dumped["_id"] == "thing/1"
    assert (2 <= len(thing.name) <= 5, 1 <= thing.rank < 4) == (True, True)
    assert thing.kind in {"a", "b"}


@settings(max_examples=50)
@given(records(Thing))
def test_stored_objects_have_all_fields(thing: Thing) -> None:
    held = {name: getattr(thing, name) for name in Thing.__sky_fields__}

    assert thing.is_stored
    assert held["id"] == RecordID("thing", thing.ref_id)
    assert thing.changes == {}


@pytest.mark.parametrize("model", ENTITIES, ids=lambda model: model.__name__)
def test_every_entity_can_be_made(model: type[Entity]) -> None:
    for one in make(model, 3):
        dumped = dump_fields(one.changes, model.__name__)

        assert dumped.keys() == one.changes.keys()


@settings(max_examples=30)
@given(records(a.Transfer))
def test_stored_entities_have_all_fields(transfer: a.Transfer) -> None:
    held = {name: getattr(transfer, name) for name in a.Transfer.__sky_fields__}

    assert len(held["id"]) == 24


def test_the_same_seed_makes_the_same_objects() -> None:
    def shown(number: int) -> list[Any]:
        return [one.changes for one in make(Thing, 5, seed_of=number)]

    assert shown(1) == shown(1) != shown(2)


def test_as_many_are_made_as_are_wanted() -> None:
    class Flag(Record):
        on: Field[bool]

    assert len(make(Flag, 50, acl=None)) == 50


def test_how_many_may_be_said_by_name() -> None:
    assert [type(one) for one in make(Thing, n=3)] == [Thing] * 3


@settings(max_examples=5)
@given(strategy(Counted, n=st.just(7)))
def test_a_field_named_as_an_argument_is_given_to_its_strategy(one: Counted) -> None:
    assert one.n == 7


def test_a_field_named_as_an_argument_is_made_up_as_others_are() -> None:
    made = make(Counted, n=2, seed_of=3)

    assert [type(one.n) for one in made] == [int, int]


def test_values_may_be_given() -> None:
    made = make(Thing, 5, name="abc", rank=st.just(2))

    assert {(thing.name, thing.rank) for thing in made} == {("abc", 2)}


@pytest.mark.parametrize("name", ["nothing", "created_at"])
def test_only_fields_that_can_be_assigned_may_be_given(name: str) -> None:
    with pytest.raises(DeclarationError, match=f"Thing has no field {name}"):
        make(Thing, 1, **{name: 1})
