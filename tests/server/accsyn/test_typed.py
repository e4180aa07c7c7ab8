"""Our typed API finds what the official client found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn import Accsyn, connect

from .clients.typed import TypedStory
from .worlds import KEY, USER, WAYS, served, told_before

if TYPE_CHECKING:
    from pathlib import Path

    from .worlds import Way

_UNSAYABLE = "types leave no way to write it"
_SEEN_LATER = "its answer says nothing, and what it did is compared later"
_THEIRS = "a name or tool of the official client's own"
_UNTYPED = "only our session on plain dicts tells it"
LEFT_OUT = {
    step: reason
    for reason, steps in {
        _UNSAYABLE: "unknown type; bad expression; unknown attribute; two words; "
        "attributes as text; limit as text; wrong status; change access; "
        "change nothing; delete access; assign to a delivery; wrong status of a task; "
        "wrong status of a job; tasks by name; from a list; from text; make nothing; "
        "a number",
        _SEEN_LATER: "deactivate; activate by email; grant by code; "
        "deactivate a share; activate a share; make a collection; take a file out; "
        "delete a share; servers; add a task; hold a task; let it go; "
        "a source that is not there; retry what failed; send files; request files; "
        "stream",
        _THEIRS: "app by its older name; daemon by its older name; hostname; dump; "
        "update by its older name; deactivate by its older name; out of use; "
        "activate by id; last message; a dump as text; help; methods that were called",
        _UNTYPED: "find by case; not contains; nested; get whatever its state; "
        "everything about a tree; lead out in disguise; a long request line; "
        "a longer one, compressed; ls of a folder share; change a share; "
        "access of one; access is less; change a queue; find by name; find by parent; "
        "found alone; report; metrics; logs of a job; failed tasks; delete a job; "
        "deleted; paused; aborted; duplicates; large data; delete a queue; "
        "abort a compute job; refuse somebody unknown; abort a delivery; close it; "
        "settings with defaults; logs by pages",
    }.items()
    for step in steps.split("; ")
}
"""Steps of the client's story that are not told in typed words, and why not."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.mark.parametrize("way", WAYS)
def test_the_typed_api_tells_the_same_story(tmp_path: Path, way: Way) -> None:
    told = {step["step"]: step for step in told_before("v3")}

    with served(tmp_path, way) as world:
        options = world.options
        where = {
            name: options[name] for name in ("hostname", "port") if name in options
        }
        settings = Accsyn("acmefilm", username=USER, api_key=KEY, **where)
        verify = str(world.ca) if where else True
        proxy = options.get("proxy")
        with connect(settings, proxy=proxy, verify=verify) as session:
            steps = TypedStory(session, told).tell()

    assert told.keys() - set(steps) == LEFT_OUT.keys()
