"""Files that are kept by URL move with their app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn.server import Server
from skysyn.server.bundles import Place, export_bundle, import_bundle

from .asking import Asker, settings
from .test_assets import put, send

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn.server import Settings


def made(place: Place) -> Settings:
    there = {"database": place.database, "app": place.app, "assets": place.assets}
    return settings(asset_public=True, **there)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("memory://{}/a", "memory://{}/b"),
        ("memory://{}/a", "{}/b"),
        ("{}/a", "memory://{}/b"),
    ],
)
def test_files_move_between_folders_and_places_by_url(
    tmp_path: Path, source: str, target: str
) -> None:
    old = Place(str(tmp_path / "old"), "app", source.format(tmp_path))
    new = Place(str(tmp_path / "new"), "app", target.format(tmp_path))
    with Server(made(old)) as server:
        name = put(Asker(server), "a.txt", b"hello" * 1000)["$name"]

    export_bundle(old, tmp_path / "bundle")
    import_bundle(tmp_path / "bundle", new)

    with Server(made(new)) as server:
        found = send(Asker(server), "GET", f"/files/{name}")
    assert (found.status, found.body) == (200, b"hello" * 1000)
