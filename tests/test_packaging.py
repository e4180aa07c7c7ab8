"""The package: what is built is what is meant, and it imports where only it is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
TOOL: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
SETUP: dict[str, Any] = TOOL["setuptools"]


def run(*command: str | Path, cwd: Path) -> str:
    """Return what *command* prints; fail with what it says."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def folder_of(package: str) -> Path:
    """Return where *package* is, as `package-dir` says."""
    known: dict[str, str] = SETUP["package-dir"]
    parts, rest = package, Path()
    while parts not in known:
        parts, _, last = parts.rpartition(".")
        rest = Path(last) / rest
    return ROOT / known[parts] / rest


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist.

    They are built from a copy: what building writes, other tests may read meanwhile.
    """
    folder = tmp_path_factory.mktemp("dist")
    source = tmp_path_factory.mktemp("source") / "skysyn"
    left_out = shutil.ignore_patterns(
        ".*", "build", "*.egg-info", "tests", "__pycache__"
    )
    shutil.copytree(ROOT, source, ignore=left_out)
    command = (sys.executable, "-m", "build", "--no-isolation", "-o")
    run(*command, folder, source, cwd=folder)
    return folder


def names_in_wheel(built: Path) -> list[str]:
    (wheel,) = built.glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


def test_every_folder_of_modules_is_a_named_package() -> None:
    named: list[str] = SETUP["packages"]
    roots = [ROOT / "src" / "skysyn", ROOT / "models", ROOT / "transport"]

    found = {file.parent for root in roots for file in root.rglob("*.py")}

    assert sorted(found) == sorted({folder_of(package) for package in named})


def test_core_depends_on_what_was_agreed_and_nothing_else() -> None:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed: list[str] = project["project"]["dependencies"]

    assert {re.split(r"[<>=~! ]", name)[0] for name in needed} == {
        "PySocks",
        "attrs",
        "cattrs",
        "msgspec",
        "requests",
        "typing-extensions",
        "urllib3",
    }


@pytest.mark.slow
def test_wheel_has_every_module_and_no_shim(built: Path) -> None:
    expected = {
        f"{package.replace('.', '/')}/{file.name}"
        for package in SETUP["packages"]
        for file in folder_of(package).glob("*.py")
    }

    names = set(names_in_wheel(built))

    assert expected <= names
    assert "skysyn/py.typed" in names
    assert [name for name in names if name.endswith(".pyi")] == []


@pytest.mark.slow
def test_sdist_builds_the_same_wheel(built: Path, tmp_path: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()

    again = tmp_path / "again"
    run(
        *(sys.executable, "-m", "build", "--no-isolation", "--wheel", "-o"),
        *(again, source),
        cwd=tmp_path,
    )

    assert sorted(names_in_wheel(again)) == sorted(names_in_wheel(built))


@pytest.mark.slow
def test_wheel_imports_in_a_new_environment(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    environment = tmp_path / "env"
    venv.create(environment, with_pip=False)
    (site,) = environment.glob("lib/python*/site-packages")
    zipfile.ZipFile(wheel).extractall(site)
    # what skysyn depends on is borrowed from here; only .pth files of it are not read
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    python = environment / "bin" / "python"

    source = "import skysyn.models, skysyn.transport; print(skysyn.models.__file__)"
    found = run(python, "-c", source, cwd=Path("/"))
    leaked = "import importlib.util as u; print(u.find_spec('models'))"

    assert Path(found.strip()) == site / "skysyn" / "models" / "__init__.py"
    assert run(python, "-c", leaked, cwd=Path("/")).strip() == "None"


@pytest.mark.parametrize("name", ["models", "transport"])
def test_folders_refuse_to_be_imported_by_their_bare_names(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"import {name}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert f"ImportError: import skysyn.{name} instead of {name}" in done.stderr
