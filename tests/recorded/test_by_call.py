"""What the typed API does not say, `session.call` does: any action and payload."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import RemoteError

from . import left
from .checks import check_error
from .recordings import TOPICS, TYPED, VARIABLE, exchanges, folder
from .serving import serve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .recordings import Exchange

pytestmark = pytest.mark.skipif(
    not folder().is_dir(),
    reason=f"no recordings in {folder()}; {VARIABLE} names another folder",
)

CONTROL = {"action", "_user_id"}
"""What the session says by itself."""


def missed() -> Iterator[Exchange]:
    """Yield the exchanges that the typed API does not do again."""
    for topic in TOPICS if folder().is_dir() else ():
        for exchange in exchanges(topic):
            if (exchange.topic, exchange.number) in left.listed():
                yield exchange


def is_same_by_call(exchange: Exchange) -> bool:
    """Whether `session.call` sends *exchange* and gives what was answered."""
    session, transport = serve(exchange)
    payload = {k: v for k, v in exchange.body.items() if k not in CONTROL}
    error: Exception | None = None
    result = None
    try:
        result = session.call(exchange.action, payload)
    except RemoteError as raised:
        error = raised
    (request,) = transport.requests
    sent = json.loads(request.body)
    if sent != {"action": exchange.action, **exchange.body}:
        return False
    if "error" in exchange.answer:
        check_error(exchange, error, exchange.answer["error"])
        return True
    return result == exchange.answer.get("result")


def test_call_sends_and_receives_what_the_typed_api_does_not() -> None:
    different = [str(e) for e in missed() if not is_same_by_call(e)]

    assert different == []


def test_four_fifths_about_records_are_covered_by_models_or_call(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = [e for topic in TYPED for e in exchanges(topic) if e.body]
    rest = [exchange for exchange in missed() if exchange.topic in TYPED]
    called = sum(is_same_by_call(exchange) for exchange in rest)
    typed = len(asked) - len(rest)

    with capsys.disabled():
        sys.stdout.write(
            f"\nof {len(asked)} exchanges about records {typed} are covered by models "
            f"and queries, {called} of the other {len(rest)} by session.call()\n"
        )
    assert typed + called >= 0.8 * len(asked)
