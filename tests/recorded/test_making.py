"""The cassettes are what is made of the recordings today, and servers answer so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from skysyn.testing import files, shapes
from skysyn.testing.accsyn import AccsynLanguage

from .making import (
    CASSETTES,
    METHODS,
    TOPICS,
    make_accsyn,
    make_skygear,
    place,
)
from .recordings import VARIABLE, folder

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn import Response

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not folder().is_dir(),
        reason=f"no recordings in {folder()}; {VARIABLE} names another folder",
    ),
]


def test_cassettes_of_skygear_hold_what_was_recorded(tmp_path: Path) -> None:
    make_skygear(folder(), tmp_path)

    for name in TOPICS:
        path = place(name, "skygear")
        assert (tmp_path / path).read_text() == (CASSETTES / path).read_text()


@pytest.mark.parametrize("name", METHODS)
def test_the_local_server_answers_accsyns_client_as_in_the_cassette(
    tmp_path: Path, name: str
) -> None:
    make_accsyn(name, tmp_path)

    path = place(name, "accsyn")
    assert _answers(tmp_path / path) == _answers(CASSETTES / path)


def _answers(path: Path) -> list[tuple[str, int, shapes.Shape]]:
    """Return what each interaction asks, and what kind of answer it gets."""
    recording = files.load(path)
    assert recording is not None
    language = AccsynLanguage()
    return [
        (language.ask(one.request).action, one.response.status, _shape(one.response))
        for one in recording.exchanges
    ]


def _shape(response: Response) -> shapes.Shape:
    return shapes.of_value(json.loads(response.body))
