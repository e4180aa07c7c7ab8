"""Apps to move, and bundles of them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from skysyn.server.bundles import export_bundle
from tests.server import worlds
from tests.server.worlds import Places

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an app of everything, and the bundle of it."""
    folder = tmp_path_factory.mktemp("filled")
    place = Places(folder).new("app")
    worlds.fill(place)
    worlds.add_files(place, 5)
    worlds.set_bcrypt(place, "old secret")
    export_bundle(place, folder / "bundle")
    return folder


@pytest.fixture
def bundle(filled: Path, tmp_path: Path) -> Path:
    """A copy of a bundle, which may be damaged."""
    shutil.copytree(filled / "bundle", tmp_path / "bundle")
    return tmp_path / "bundle"
