"""The two type checkers, run over a copy of these files by a user of the package."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PROJECT = "board"
"""What the copy of this folder is called: these files are a user's."""

Line: TypeAlias = tuple[str, int]
Found: TypeAlias = dict[Line, str]


def copied(folder: Path) -> Path:
    """Copy the models, the accepted and the rejected files to *folder*."""
    for file in (*HERE.glob("[!ct]*.py"), HERE / "tasks.py", *HERE.rglob("rejected/*")):
        target = folder / PROJECT / file.relative_to(HERE)
        target.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".py":
            shutil.copy(file, target)
    return folder


def environment(folder: Path) -> Path:
    """Make an environment with all but this package; return its Python."""
    venv.create(folder)
    (site,) = folder.glob("lib/*/site-packages")
    (site / "others.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "python"


def install(folder: Path) -> None:
    """Put the package into an environment, as a wheel has it."""
    (site,) = folder.glob("lib/*/site-packages")
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    for package, source in setup["package-dir"].items():
        for file in (ROOT / source).rglob("*"):
            if file.suffix == ".py" or file.name == "py.typed":
                inside = file.relative_to(ROOT / source)
                target = site.joinpath(*package.split(".")) / inside
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, target)


def mypy(project: Path, python: Path, paths: list[Path]) -> Found:
    """Return the lines that mypy --strict reports in *project*."""
    config = project / "mypy.ini"
    where = ":".join(str(path) for path in paths)
    config.write_text(f"[mypy]\nstrict = true\nmypy_path = {where}\n")
    options = [f"--config-file={config}", f"--cache-dir={project / 'cache'}"]
    options += [f"--python-executable={python}", "--no-error-summary"]
    said = run("-m", "mypy", *options, "-p", PROJECT, cwd=project)
    found: Found = {}
    for text in said.splitlines():
        report = re.match(rf"({PROJECT}/.+?):(\d+): error: (.*)", text)
        if report is not None:
            found[report[1], int(report[2])] = report[3]
    return found


def pyright(project: Path, python: Path, paths: list[Path]) -> Found:
    """Return the lines that pyright, set to strict, reports in *project*."""
    config = {
        "typeCheckingMode": "strict",
        "include": [PROJECT],
        "extraPaths": [str(path) for path in paths],
        "reportMissingModuleSource": False,
    }
    (project / "pyrightconfig.json").write_text(json.dumps(config))
    said = run("-m", "pyright", "--outputjson", f"--pythonpath={python}", cwd=project)
    return {
        (
            str(Path(report["file"]).relative_to(project.resolve())),
            report["range"]["start"]["line"] + 1,
        ): f"{report.get('rule')}: {report['message']}"
        for report in json.loads(said)["generalDiagnostics"]
        if report["severity"] == "error"
    }


def run(*arguments: str, cwd: Path) -> str:
    """Return what a Python module prints, whatever its verdict."""
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stdout + done.stderr
    return done.stdout
