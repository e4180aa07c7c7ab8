"""Wrong arguments are refused with what they are; secrets are not shown."""

from __future__ import annotations

import pytest

from skysyn.arguments import check_argument, check_number, check_secret
from skysyn.errors import ConversionError, DeclarationError, QueryError


@pytest.mark.parametrize(
    ("value", "kind"), [(5, int), (True, bool), (True, (int, bool))]
)
def test_what_is_of_the_kind_passes(value: object, kind: type) -> None:
    check_argument(value, kind, "it is one")


@pytest.mark.parametrize("value", ["5", None, True, 5.0])
def test_a_bool_is_no_number(value: object) -> None:
    with pytest.raises(ConversionError, match=f"^limit takes 5, not {value!r}$"):
        check_argument(value, int, "limit takes 5", ConversionError)


@pytest.mark.parametrize("value", [0, -1, "1", float("nan")])
def test_a_number_has_a_least(value: object) -> None:
    with pytest.raises(QueryError, match=f"^1 and more, not {value!r}$"):
        check_number(value, 1, "1 and more", kind=(int, float))


def test_a_secret_of_the_wrong_type_is_not_shown() -> None:
    with pytest.raises(DeclarationError, match=r"^api_key= is text, not bytes$"):
        check_secret(b"hidden", "api_key")
