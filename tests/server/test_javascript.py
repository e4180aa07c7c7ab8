"""The official JavaScript client cannot tell this server from the original.

It runs where Node and the npm package `skygear` 1.7.2 are: `SKYSYN_NODE_MODULES` names
the folder that it is installed in.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from skysyn.server import Server, Serving

from .asking import KEY, settings

NODE = shutil.which("node")
MODULES = os.environ.get("SKYSYN_NODE_MODULES", "")
STORY = Path(__file__).with_name("story.js")


@pytest.mark.skipif(
    NODE is None or not (Path(MODULES) / "skygear").exists(),
    reason="there is no Node with skygear: set SKYSYN_NODE_MODULES",
)
def test_the_javascript_client_tells_its_story() -> None:
    with Server(settings()) as server, Serving(server) as serving:
        done = subprocess.run(
            [str(NODE), str(STORY), f"{serving.endpoint}/", KEY],
            env={**os.environ, "NODE_PATH": MODULES},
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    assert done.stdout.splitlines()[-1:] == ["done 42"], done.stdout + done.stderr
