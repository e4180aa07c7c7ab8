"""No public name has `Any` in its type, for either type checker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "no_any.py"


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_public_type_has_an_any_that_is_not_allowed() -> None:
    command = [sys.executable, str(SCRIPT)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
