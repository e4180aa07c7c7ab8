"""Adding a public name is a visible act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import skysyn
import skysyn.cloud
import skysyn.errors
import skysyn.models
import skysyn.transport

if TYPE_CHECKING:
    from types import ModuleType


@pytest.mark.parametrize(
    "face",
    [skysyn, skysyn.cloud, skysyn.errors, skysyn.models, skysyn.transport],
    ids=lambda module: module.__name__,
)
def test_every_public_name_is_listed_once_and_exists(face: ModuleType) -> None:
    names: list[str] = face.__all__

    assert len(set(names)) == len(names)
    assert [name for name in names if not hasattr(face, name)] == []


def test_every_error_is_drawn_in_the_tree() -> None:
    tree = skysyn.errors.__doc__ or ""

    assert [name for name in skysyn.errors.__all__ if name not in tree] == []


def test_every_error_is_a_skysyn_error() -> None:
    base = skysyn.errors.SkysynError
    kinds = [getattr(skysyn.errors, name) for name in skysyn.errors.__all__]

    assert [kind for kind in kinds if not issubclass(kind, base)] == []
