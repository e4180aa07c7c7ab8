"""Settings of transports take numbers in their range only."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn.errors import DeclarationError
from skysyn.transport import Limits, MockTransport, Rate, Retry, Timeout


@pytest.mark.parametrize(
    ("kind", "settings", "words"),
    [
        (Timeout, {"connect": "5"}, r"Timeout\(connect=…\) takes a number above 0, "),
        (Timeout, {"connect": 0}, "not 0"),
        (Timeout, {"read": -1.5}, "not -1.5"),
        (Timeout, {"total": "x"}, "not 'x'"),
        (Retry, {"attempts": 0}, r"Retry\(attempts=…\) takes a whole number from 1 up"),
        (Retry, {"attempts": 2.5}, "not 2.5"),
        (Retry, {"first_wait": -1}, "a number from 0 up, not -1"),
        (Retry, {"longest_wait": None}, "not None"),
        (Retry, {"longest_retry_after": "x"}, "not 'x'"),
        (Rate, {"calls": 0}, r"Rate\(calls=…\) takes a number above 0, not 0"),
        (Rate, {"calls": 1, "seconds": "x"}, "not 'x'"),
        (Rate, {"calls": 1, "burst": 0}, "not 0"),
        (Limits, {"body": "x"}, r"Limits\(body=…\) takes a whole number from 0 up"),
        (Limits, {"depth": True}, "not True"),
    ],
)
def test_a_number_out_of_range_is_refused(
    kind: type, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(DeclarationError, match=words):
        kind(**settings)


def test_no_limit_and_none_left_are_times() -> None:
    assert (Timeout(None, None, None).read, Timeout(total=-1).total) == (None, -1)


def test_a_mock_answers_by_a_function() -> None:
    answer: Any = "x"

    with pytest.raises(DeclarationError, match="'x' is no function from Request"):
        MockTransport(answer)
