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

    assert len(set(steps)) >= 60
