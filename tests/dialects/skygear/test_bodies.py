"""Bodies are read as the original reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn import Request
from skysyn.dialects.skygear.endpoint import Unreadable, decode_body
from skysyn.errors import InvalidRequest

from .asking import refused

if TYPE_CHECKING:
    from skysyn import JSON


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", {}),
        (b"  ", {}),
        (b'{"a": 1} garbage', {"a": 1}),
        (b'{"a": 1}{"a": 2}', {"a": 1}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b'{"a": "\\ud800"}', {"a": "\ufffd"}),
    ],
)
def test_bodies_are_read_as_the_original_reads_them(
    body: bytes, found: dict[str, JSON]
) -> None:
    assert decode_body(body) == found


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":',
        b"hello",
        b"[]",
        b"null",
        b"5",
        b'{"a": NaN}',
        b'{"a": 1e400}',
        b'{"a" /* x */: 1}',
        b'\xef\xbb\xbf{"a": 1}',
    ],
)
def test_bodies_that_are_no_object_are_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable):
        decode_body(body)
    assert refused(Request("POST", "http://localhost/", body=body))[0] == 107


def test_bodies_nested_beyond_measure_are_refused() -> None:
    with pytest.raises(InvalidRequest):
        decode_body(b'{"a":' + b"[" * 100_000)
