"""The official clients cannot tell the server from the service.

Each tells its story in an environment of its own, unmodified: straight to the server,
through `skysyn proxy`, and to a host by TLS. Ours tell the same.
"""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

import pytest

from skysyn.errors import StateError
from tests.server.installing import python_with

from .clients.telling import CALLED
from .worlds import WAYS, World, served, told_before

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .worlds import Way

NAME = "accsyn-python-api"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(params=WAYS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    way: Way = request.param
    with served(tmp_path, way) as made:
        yield made


_ASKED = "the client calls it by itself"
_INNER = "it asks no server: a tool of the client's own"
UNCALLED = {
    "v3": {},
    "v2": {"login": _ASKED, "decode_query": _INNER},
    "v1": {
        **dict.fromkeys(("login", "event", "rest", "get_base_uri"), _ASKED),
        **dict.fromkeys(("decode_query", "base64_encode", "json_serial"), _INNER),
        **dict.fromkeys(("info", "verbose", "warning", "safe_dumps"), _INNER),
        **dict.fromkeys(("obscure_dict_string", "safely_printable"), _INNER),
    },
}
"""Methods that a story does not call, and why not."""


@pytest.mark.parametrize("story", ["v3", "v2", "v1"])
def test_the_stories_are_long_enough(story: str) -> None:
    assert len(told_before(story)) >= 60


@pytest.mark.parametrize(
    ("story", "release"), [("v3", "3.4.0"), ("v2", "2.2.1"), ("v1", "1.4.1.post1")]
)
def test_a_story_calls_every_method_of_its_client(
    tmp_path: Path, story: str, release: str
) -> None:
    with served(tmp_path, "direct") as here:
        public = here.tell(python_with(NAME, release), "accsyn_api", "methods")

    [called] = [s["result"] for s in told_before(story) if s["step"] == CALLED]
    assert sorted([*called, *UNCALLED[story]]) == sorted(public)


def test_the_client_of_version_3_tells_its_story(world: World) -> None:
    python = python_with(NAME, "3.4.0")

    told = world.tell(python, "accsyn_api", "v3", workspace="acmefilm")

    assert told == told_before("v3")


def test_the_client_of_version_2_tells_its_story(world: World) -> None:
    python = python_with(NAME, "2.2.1")

    told = world.tell(python, "accsyn_api", "v2", domain="acmefilm")

    assert told == told_before("v2")


def test_the_client_of_version_1_tells_its_story(world: World) -> None:
    python = python_with(NAME, "1.4.1.post1")

    told = world.tell(python, "accsyn_api", "v1", domain="acmefilm")

    assert told == told_before("v1")


def test_our_own_session_tells_the_same_story(world: World) -> None:
    more: dict[str, Any] = {}
    if "hostname" in world.options:
        more["ca"] = str(world.ca)

    told = world.tell(
        sys.executable, "skysyn.accsyn", "v3", workspace="acmefilm", **more
    )

    assert told == told_before("v3")


def test_the_client_in_its_own_development_mode_finds_the_server(
    tmp_path: Path,
) -> None:
    """With AS_DEV it speaks to port 8181 of this machine, and to no other."""
    python = python_with(NAME, "3.4.0")
    with contextlib.suppress(StateError), served(tmp_path, "direct", port=8181) as here:
        told = here.tell(
            *(python, "accsyn_api", "v3"),
            environment={"AS_DEV": "1"},
            workspace="acmefilm",
            proxy=None,
        )

        assert told == told_before("v3")
        return
    pytest.skip("something else listens on port 8181")
