"""The guide "Using the accsyn Python API" runs with only its import changed."""

from __future__ import annotations

import contextlib
import io
import re
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from skysyn.accsyn import Session
from tests.accsyn.stub import Stub

SEED = Path(__file__).parents[2] / "../shared/seeds/accsyn-using-python-api.rst"

pytestmark = pytest.mark.skipif(not SEED.is_file(), reason=f"no guide in {SEED}")

# the page's own misprints
MENDED = {"j['id']})": "j['id'])", "”": '"', "“": '"'}


def blocks() -> list[str]:
    """Return the Python blocks of the page that call something."""
    text = SEED.read_text() if SEED.is_file() else ""
    found = re.findall(r"^(?!\.\.).*::\n\n((?:[ ]+.*\n|\n)+)", text, re.MULTILINE)
    code = [_dedented(block) for block in found]
    return [block for block in code if "session" in block or "(" in block]


def _dedented(block: str) -> str:
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    text = "\n".join(lines)
    for wrong, right in MENDED.items():
        text = text.replace(wrong, right)
    return text


def is_example(block: str) -> bool:
    is_form = "<" in block and "<>" not in block
    return not (is_form or block.startswith(("{", "import")) or "find('<" in block)


def run() -> tuple[Stub, str]:
    stub = Stub()
    printed = io.StringIO()
    space: dict[str, Any] = {
        "accsyn_api": SimpleNamespace(
            Session=partial(
                Session, hostname="127.0.0.1", port=8181, transport=stub.transport
            )
        )
    }
    with contextlib.redirect_stdout(printed):
        for block in filter(is_example, blocks()):
            exec(compile(block, "guide", "exec"), space)
    return stub, printed.getvalue()


def test_every_example_of_the_guide_runs() -> None:
    stub, _ = run()

    asked = [(event.method, event.uri) for event in stub.sent]
    assert asked == [
        ("GET", "user/find"),
        ("GET", "job/find"),
        ("GET", "job/find"),
        ("GET", "job/find"),
        ("GET", "job/find"),
        ("PUT", "job/edit"),
        ("DELETE", "job/delete"),
    ]
    assert stub.logins == 3


def test_the_guides_queries_are_sent_as_they_are_written() -> None:
    stub, _ = run()

    nested = (
        "((user=5bfeb0381da7ee4095fa217e AND source!=hq) OR status<>failed) "
        'AND code="Daily backup"'
    )
    assert [e["query"] for e in stub.envelopes if "query" in e] == [
        # the guide's last session is one of version 1
        "code=john@user.com",
        nested,
        "id=614d660de50d45bb027c9bdd",
        'code="my_transfer"',
    ]


def test_the_guides_last_message_is_printed() -> None:
    _, printed = run()

    assert printed.endswith("None\n")
