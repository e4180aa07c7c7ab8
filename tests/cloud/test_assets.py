"""Files that an app publishes: found by prefix, served, and collected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from skysyn.cli.app import app as command
from skysyn.cloud import App, DictAssets, Options, package_assets, relative_assets
from skysyn.cloud.assets import collect, loaders
from skysyn.errors import StateError

if TYPE_CHECKING:
    from pathlib import Path

    from skysyn.models import JSON

CODE = """
from skysyn.cloud import relative_assets, static_assets

@static_assets("pages")
def pages():
    return relative_assets("html", __file__)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an app, its pages, and a folder that is always public."""
    (tmp_path / "html" / "deep").mkdir(parents=True)
    (tmp_path / "html" / "deep" / "a.html").write_text("<p>")
    (tmp_path / "public_html").mkdir()
    (tmp_path / "public_html" / "robots.txt").write_text("no")
    (tmp_path / "app.py").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(app: App, path: str) -> Any:
    """Return what *app* replies to a request for *path*."""
    app.answer({"kind": "event", "name": "init"})
    param: JSON = {"method": "GET", "path": path}
    return app.answer({"kind": "handler", "name": "static/", "param": param})


def test_files_are_collected_once_unless_it_is_forced(folder: Path) -> None:
    run = ["cloud", "collect", "app.py", "out"]
    results = [
        CliRunner().invoke(command, [*run, *more]).exit_code
        for more in ([], [], ["--force-assets"])
    ]

    found = sorted(p.relative_to(folder) for p in (folder / "out").rglob("*.*"))
    assert [str(path) for path in found] == [
        "out/static/pages/deep/a.html",
        "out/static/robots.txt",
    ]
    assert results == [0, 1, 0]


def test_the_longest_prefix_is_asked_first(folder: Path) -> None:
    app = App(Options(serve_static_assets=True))
    app.static_assets("a")(lambda: str(folder / "html"))
    app.static_assets("a/b")(lambda: DictAssets({"c.txt": b"c"}))

    found = [answer(app, f"/static/{path}") for path in ("a/b/c.txt", "robots.txt")]

    bodies = [one["result"]["body"] for one in found]
    assert bodies == ["Yw==", "bm8="]


@pytest.mark.parametrize("path", ["a/../app.py", "a/deep", "b/none", "none"])
def test_nothing_outside_of_the_folders_is_served(folder: Path, path: str) -> None:
    app = App(Options(serve_static_assets=True))
    app.static_assets("a")(lambda: str(folder / "html"))

    reply = answer(app, f"/static/{path}")

    assert reply["error"]["code"] == 110


def test_files_of_packages_and_beside_modules_are_listed(folder: Path) -> None:
    beside = relative_assets("html", str(folder / "app.py"))
    package = package_assets("skysyn", "cloud")

    assert list(beside.paths()) == ["deep/a.html"]
    assert "app.py" in list(package.paths())
    assert package.get("app.py") is not None


def test_the_public_folder_may_be_left_out(folder: Path) -> None:
    assert list(loaders(App(Options()))) == [""]
    assert loaders(App(Options(ignore_public_html=True))) == {}


def test_a_file_that_is_there_is_kept(folder: Path) -> None:
    app = App(Options())
    collect([app], folder / "out")

    with pytest.raises(StateError, match="--force-assets"):
        collect([app], folder / "out")


def test_nothing_is_copied_if_one_of_the_files_is_there(folder: Path) -> None:
    app = App(Options())
    (folder / "public_html" / "zebra.txt").write_text("new")
    (folder / "out" / "static").mkdir(parents=True)
    (folder / "out" / "static" / "zebra.txt").write_text("old")

    with pytest.raises(StateError, match=r"zebra\.txt exists"):
        collect([app], folder / "out")

    found = [path.name for path in (folder / "out" / "static").iterdir()]
    assert found == ["zebra.txt"]


def test_files_are_served_to_a_server_that_began_before_the_app(folder: Path) -> None:
    app = App(Options(serve_static_assets=True))
    param: JSON = {"method": "GET", "path": "/static/robots.txt"}

    reply: Any = app.answer({"kind": "handler", "name": "static/", "param": param})

    assert reply["result"]["body"] == "bm8="


def test_files_of_several_apps_are_collected_and_the_laters_count(folder: Path) -> None:
    (folder / "other").mkdir()
    (folder / "other" / "robots.txt").write_text("yes")
    other = CODE.replace('"pages"', '""').replace("html", "other")
    (folder / "other.py").write_text(other)

    said = CliRunner().invoke(command, ["cloud", "collect", "app.py", "other.py", "to"])

    found = sorted(path for path in (folder / "to").rglob("*.*"))
    assert said.output == "# 2 files in to\n"
    assert [path.read_text() for path in found] == ["<p>", "yes"]
