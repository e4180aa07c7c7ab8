"""Cloud code is loaded from files, folders and names, again and after mistakes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from skysyn.cloud import load_code
from skysyn.compat.skygear.settings import settings

if TYPE_CHECKING:
    from pathlib import Path

OP = "from skysyn.cloud import op\n\n@op('{0}')\ndef {0}():\n    return '{0}'\n"
INCLUDED = """
from skysyn.cloud import op

def includeme(settings):
    settings.greeting = "hello"
    op("included")(lambda: None)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of cloud code, in which nothing is kept in compiled files."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ops_of(module: object) -> list[str]:
    """Return the names of the functions that *module* offers."""
    return list(load_code(str(module)).registry.ops)


def test_a_module_that_ran_before_a_mistake_runs_again_after_it(folder: Path) -> None:
    (folder / "app.py").write_text("import first_one, second_one\n")
    (folder / "first_one.py").write_text(OP.format("before"))
    (folder / "second_one.py").write_text("this is no Python\n")
    with pytest.raises(SyntaxError):
        load_code(str(folder / "app.py"))

    (folder / "first_one.py").write_text(OP.format("after_it"))
    (folder / "second_one.py").write_text(OP.format("mended"))

    assert ops_of(folder / "app.py") == ["after_it", "mended"]


def test_code_that_runs_keeps_its_modules_when_another_load_fails(
    folder: Path,
) -> None:
    (folder / "app.py").write_text("import kept_one\n")
    (folder / "kept_one.py").write_text(OP.format("kept"))
    load_code(str(folder / "app.py"))
    names = [".app", "kept_one"]
    before = [sys.modules[name] for name in names]
    (folder / "app.py").write_text("import kept_one\nimport no_such_module\n")

    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        load_code(str(folder / "app.py"))

    assert [sys.modules[name] for name in names] == before


@pytest.mark.parametrize("asked", ["a_package", "./a_package", "{0}/a_package"])
def test_a_package_is_told_to_register(folder: Path, asked: str) -> None:
    (folder / "a_package").mkdir()
    (folder / "a_package/__init__.py").write_text(INCLUDED)

    assert ops_of(asked.format(folder)) == ["included"]
    assert settings.greeting == "hello"


def test_a_file_registers_as_it_is_run(folder: Path) -> None:
    (folder / "app.py").write_text(INCLUDED)

    assert ops_of(folder / "app.py") == []
