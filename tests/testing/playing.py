"""Play a cassette, and see what it holds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from skysyn.errors import CassetteMismatch
from skysyn.testing import files
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.modes import Mode

from .service import cassette

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn import Response
    from skysyn.transport import Request


def play(path: Path, *asked: Request, **rules: object) -> list[Response]:
    with cassette(path, Mode.NONE, **rules) as playing:
        transport = CassetteTransport(playing)
        return [transport.send(one) for one in asked]


def refused(path: Path, *asked: Request, **rules: object) -> str:
    with pytest.raises(CassetteMismatch) as caught:
        play(path, *asked, **rules)
    return str(caught.value)


def actions(path: Path) -> list[str]:
    loaded = files.load(path)
    assert loaded is not None
    return [json.loads(one.request.body)["action"] for one in loaded.exchanges]
