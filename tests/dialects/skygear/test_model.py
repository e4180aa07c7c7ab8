from __future__ import annotations

from types import new_class
from typing import Any

import pytest

from skysyn import Field, Record, field
from skysyn.errors import DeclarationError

from .models import received


def declare(wire: str) -> Any:
    body = {"__annotations__": {"value": Field[str]}, "value": field(wire=wire)}
    return new_class("Odd", (Record,), {}, lambda namespace: namespace.update(body))


@pytest.mark.parametrize("wire", ['qu"ote', "back\\slash", "new\nline", "a\x00b"])
def test_names_that_cannot_be_read_back_are_refused(wire: str) -> None:
    with pytest.raises(DeclarationError, match=r"Odd\.value: .* cannot be read back"):
        declare(wire)


@pytest.mark.parametrize("wire", ["", "_mine", "dot.ted"])
def test_names_that_are_not_stored_are_refused(wire: str) -> None:
    with pytest.raises(DeclarationError, match=r"Odd\.value: Skygear stores no field"):
        declare(wire)


@pytest.mark.parametrize(
    "wire",
    ["with space", "UPPER", "dash-ed", "select", "ünï", "$dollar", "quo'te", "{x}"],
)
def test_odd_names_are_stored_and_read_back(wire: str) -> None:
    assert received(declare(wire), {wire: "x"}).value == "x"
