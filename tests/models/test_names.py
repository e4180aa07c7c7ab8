# pyright: reportUnusedClass=false
"""What models and their fields may be called."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from skysyn import Field, Record
from skysyn.errors import DeclarationError

from .declaring import make


@pytest.mark.parametrize("name", ["save", "query", "extra", "changes", "id_", "ref"])
def test_a_field_named_like_a_method_is_refused(name: str) -> None:
    if name == "id_":
        assert make(Field[str], name=name).__sky_fields__[name].wire == name
        return

    with pytest.raises(DeclarationError, match=rf"Task\.{name}: .*name the field"):
        make(Field[str], name=name)


@pytest.mark.parametrize("name", ["created_at", "owner_id", "acl", "updated_by", "id"])
def test_a_field_named_like_one_of_every_record_is_refused(name: str) -> None:
    with pytest.raises(DeclarationError, match=rf"Task\.{name}: .*every record"):
        make(Field[datetime], name=name)


@pytest.mark.parametrize("name", ["", "_note", "a/b", 5])
def test_a_bad_record_type_is_refused(name: Any) -> None:
    with pytest.raises(DeclarationError, match=r"Task: .* is no record type"):

        class Task(Record, type=name):
            title: Field[str]


@pytest.mark.parametrize(
    ("name", "record_type"),
    [
        ("Task", "task"),
        ("HTTPLog", "http_log"),
        ("PhotoAlbum2", "photo_album2"),
        ("ÄnderungsLog", "änderungs_log"),
    ],
)
def test_the_record_type_is_the_class_name_in_snake_case(
    name: str, record_type: str
) -> None:
    model: Any = type(name, (Record,), {"__module__": __name__})

    assert model.__collection__ == record_type


def test_another_record_type_is_named_by_type() -> None:
    class Task(Record, type="todo"):
        title: Field[str]

    assert Task.__collection__ == "todo"
    assert str(Task(title="x").with_id("k").id) == "todo/k"


def test_a_misspelt_type_is_refused_when_the_class_is_made() -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*'Strin'.*import"):
        make("Field[Strin]")


def test_a_misspelt_field_is_named() -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*'Feild' is not known"):
        make("Feild[str]")


def test_an_annotation_that_is_no_expression_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: cannot read .*'Field\['"):
        make("Field[")
