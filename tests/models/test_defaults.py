"""What fields may have as defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from skysyn import Field, ReadOnly, Record, field
from skysyn.errors import DeclarationError

from .declaring import Person, Settings, make

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("default", ["x", None, 3, [], str.upper, property(len)])
def test_a_bare_default_is_refused(default: object) -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: write `= field\(default="):
        make(Field[str | None], default)


def test_a_default_without_annotation_is_refused() -> None:
    body = {"title": field(default="x"), "__module__": __name__}

    with pytest.raises(DeclarationError, match=r"Task\.title: annotate it"):
        type("Task", (Record,), body)


@pytest.mark.parametrize("value", ["x", None, property(len)])
def test_a_class_attribute_over_an_inherited_field_is_refused(value: object) -> None:
    body = {"name": value, "__module__": __name__}

    with pytest.raises(DeclarationError, match=r"Worker\.name: .*hides the field"):
        type("Worker", (Person,), body)


@pytest.mark.parametrize("default", [[], {}, set[str](), Settings()])
def test_a_mutable_default_is_refused(default: object) -> None:
    with pytest.raises(
        DeclarationError, match=r"Task\.spot: .*shared: use field\(factory="
    ):
        make(Field[list[str]], field(default=default))


def test_a_default_together_with_a_factory_is_refused() -> None:
    both: Callable[..., Any] = field

    with pytest.raises(DeclarationError, match=r"Task\.spot: .*factory, not both"):
        make(Field[int], both(default=1, factory=int))


def test_a_default_that_is_no_value_of_the_field_is_refused() -> None:
    message = r"Task\.spot: the default .*None is no value of str; declare it `\| None`"
    with pytest.raises(DeclarationError, match=message):
        make(Field[str], field(default=None))


def test_a_default_of_a_field_that_only_the_service_sets_is_refused() -> None:
    with pytest.raises(DeclarationError, match=r"Task\.spot: .*no default"):
        make(ReadOnly[int], field(default=3))
