"""Commands that load cloud code say in a line what is wrong in it."""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from skysyn.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

SERVE = ["serve", "--database", ":memory:", "--port", "0", "--code"]
RUN = ["cloud", "run", "--http-addr", "127.0.0.1:0"]
COLLECT = ["cloud", "collect"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("command", "start"),
    [(SERVE, "cannot serve"), (RUN, "cannot run"), (COLLECT, "cannot collect")],
)
@pytest.mark.timeout(120)
def test_code_that_fails_is_one_line_that_says_where(
    folder: Path, command: list[str], start: str
) -> None:
    (folder / "wrong.py").write_text("\nimport no_such_module\n")
    where = ["there"] if command is COLLECT else []

    said = CliRunner().invoke(app, [*command, "wrong.py", *where])

    why = "ModuleNotFoundError: No module named 'no_such_module'"
    place = f"({folder}/wrong.py:2)"
    assert said.output == f"{start}: wrong.py cannot be run: {why} {place}\n"


@pytest.mark.parametrize("said", ['"wrong.py"', '["empty.py", "wrong.py"]'])
@pytest.mark.timeout(120)
def test_a_file_of_options_names_one_module_or_several(folder: Path, said: str) -> None:
    (folder / "empty.py").write_text("")
    (folder / "wrong.py").write_text("1 / 0\n")
    (folder / "serve.toml").write_text(f"code = {said}\n")

    ran = CliRunner().invoke(app, [*SERVE[:-1], "--config", "serve.toml"])

    place = f"({folder}/wrong.py:1)"
    why = "ZeroDivisionError: division by zero"
    assert ran.output.endswith(f"serve: wrong.py cannot be run: {why} {place}\n")


@pytest.mark.timeout(120)
def test_code_that_registers_nothing_is_named(folder: Path) -> None:
    (folder / "empty.py").write_text("")

    said = CliRunner().invoke(app, [*COLLECT, "empty.py", "there"])

    assert said.output == "# empty.py registers nothing\n# 0 files in there\n"


@pytest.mark.parametrize("command", [RUN, [*COLLECT, "there"]])
def test_an_empty_name_of_a_module_is_refused(command: list[str]) -> None:
    said = CliRunner().invoke(app, [*command[:2], "", *command[2:]])

    refused = "a module's name is empty: name a file, a folder or a module\n"
    assert said.output.partition(": ")[2] == refused
    assert said.exit_code == 1


def test_a_log_level_that_there_is_not_is_named(folder: Path) -> None:
    (folder / "empty.py").write_text("")

    said = CliRunner().invoke(app, [*RUN, "empty.py", "--log-level", "loud"])

    assert "no log level is called 'loud'" in said.output


@pytest.mark.timeout(30)
def test_a_port_that_is_taken_is_one_line(folder: Path) -> None:
    (folder / "empty.py").write_text("")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"

        said = CliRunner().invoke(
            app, ["cloud", "run", "empty.py", "--http-addr", address]
        )

    assert "cannot run: [Errno" in said.output
    assert said.exit_code == 1


def test_cloud_code_is_for_this_machine_unless_others_are_meant(folder: Path) -> None:
    (folder / "empty.py").write_text("")

    said = CliRunner().invoke(
        app, ["cloud", "run", "empty.py", "--http-addr", "0.0.0.0:0"]
    )

    assert "--http-addr: 0.0.0.0 is reached from other machines" in said.output
    assert said.exit_code == 2
