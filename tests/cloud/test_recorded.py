"""Cloud code inside the server gives clients what the recorded one gave them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from skysyn.cloud import Options, load_code
from skysyn.server import Server, Serving, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SHARED = ROOT / "../shared"
TOOL = SHARED / "tools/skygear_diff.py"
RECORDING = SHARED / "recordings/skygear/13-plugin.json"
CODE = Path(__file__).parent / "recorded_code.py"


def documented(heading: str) -> set[int]:
    """Return the exchanges that docs/cloud.md lists under *heading*."""
    page = (ROOT / "docs/cloud.md").read_text()
    part = page.partition(f"### {heading}\n")[2].partition("\n##")[0]
    return {int(number) for number in re.findall(r"#(\d+)", part)}


@pytest.fixture
def serving(database: str) -> Iterator[Serving]:
    """A server with the recorded cloud code, on a port."""
    settings = Settings(
        database=database,
        app="plugapp",
        api_key="apikey",
        master_key="masterkey",
        custom_token_secret="ssosecret",
    )
    code = load_code(str(CODE), Options())
    with Server(settings, code) as server, Serving(server) as serving:
        yield serving


@pytest.mark.skipif(not TOOL.exists(), reason=f"there are no recordings in {SHARED}")
@pytest.mark.filterwarnings("ignore:The HMAC key is 9 bytes")
def test_clients_see_what_they_saw_but_for_what_is_documented(
    serving: Serving, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    command: list[str | Path] = [sys.executable, TOOL, "--with-plugin"]
    command += ["--json", report]
    keys = ["--api-key", "apikey", "--master-key", "masterkey"]
    endpoint = ["--endpoint", f"13-plugin={serving.endpoint}"]

    subprocess.run([*command, *keys, *endpoint, RECORDING], check=False)

    differing = {
        entry["n"]
        for entry in json.loads(report.read_text())["differences"]
        if entry["verdict"] in {"behaviour", "skipped"}
    }
    assert differing == documented("Seen by clients")
