"""Several modules are served at once, and read again when one of them changes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from werkzeug.test import Client

from skysyn.cli.hosting import Hosted
from skysyn.cloud import App, Joined, Options, wsgi
from skysyn.server import Server
from skysyn.server.cloud import RemoteCode
from tests.server.asking import Asker, settings

from .test_running import replace, wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OP = """
from skysyn.cloud import op, options

@op("{0}")
def {0}():
    return ["{1}", options.skygear_endpoint]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two folders with cloud code."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name in ("shop", "news"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.py").write_text(OP.format(name, "first"))
    return tmp_path


@pytest.fixture
def modules(folder: Path) -> list[str]:
    return [str(folder / name / f"{name}.py") for name in ("shop", "news")]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is printed, by any thread."""
    said: list[str] = []

    def echo(text: str, **_: object) -> None:
        said.append(text)

    monkeypatch.setattr("typer.echo", echo)
    return said


@pytest.fixture
def asker(folder: Path, modules: list[str]) -> Iterator[Asker]:
    """Who asks a server that runs the code as it changes."""
    hosted = Hosted([*modules, *modules, ""], reload=True)
    made = settings(database=str(folder / "db"))
    with (
        Server(made, hosted.load(made)) as server,
        hosted.watched(server, "http://here:1"),
    ):
        yield Asker(server)


def test_each_module_knows_its_server(asker: Asker) -> None:
    found = [asker.result(name) for name in ("shop", "news")]

    assert found == [["first", "http://here:1"]] * 2


@pytest.mark.parametrize("name", ["shop", "news"])
def test_a_change_of_any_module_is_read(
    folder: Path, asker: Asker, name: str, told: list[str]
) -> None:
    replace(folder / name / f"{name}.py", OP.format(name, "second"))
    # which is said after it is so
    is_told = f"shop.py, {folder}/news/news.py were read again"
    wait_for(lambda: is_told in "".join(told))

    other = {"shop": "news", "news": "shop"}[name]
    assert asker.result(name)[0] == "second"
    assert asker.result(other) == ["first", "http://here:1"]


def test_a_mistake_in_one_module_leaves_all_as_they_were(
    folder: Path, asker: Asker, told: list[str]
) -> None:
    replace(folder / "shop/shop.py", OP.format("shop", "second"))
    replace(folder / "news/news.py", "this is no Python")
    wait_for(lambda: "news.py cannot be run" in "".join(told))
    assert asker.result("news")[0] == "first"
    replace(folder / "news/news.py", OP.format("news", "third"))
    wait_for(lambda: asker.result("news")[0] == "third")
    assert asker.result("shop")[0] == "second"


def test_modules_stand_beside_code_in_other_processes(modules: list[str]) -> None:
    hosted = Hosted([modules[0], "http://127.0.0.1:9"])

    code = hosted.load(settings())

    assert isinstance(code, Joined)
    assert [type(one) for one in code.codes.values()] == [App, RemoteCode]


def test_several_modules_are_one_wsgi_application(modules: list[str]) -> None:

    client = Client(wsgi(*modules))

    def call(name: str) -> object:
        message = f'{{"kind": "op", "name": "{name}"}}'
        return client.post("/", data=message).get_json()["result"][0]

    assert [call("shop"), call("news")] == ["first", "first"]


def test_an_app_is_a_wsgi_application_too() -> None:
    assert callable(wsgi(App(Options())))
