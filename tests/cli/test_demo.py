"""The demo tells its story on a local server."""

from __future__ import annotations

import sys

import pytest
from typer.testing import CliRunner

from skysyn import cli
from skysyn.cli.app import app

SAID = [
    "class Task(Record):",
    "Task.query().filter(Task.n > 1, Task.done == True)",
    '["gt", {"$type": "keypath", "$val": "n"}, 1]',
    "← Task('t4', title='delta 50%', n=4.5, done=True)",
    "{'alpha': 'Ann', 'Beta': 'Ben', 'gamma': 'Ann'}",
    "← Beta: 3803.94",
    '"stars": 4}]',
    '"_access": [{"public": true, "level": "read"}]',
    "title='mine')]",
    "← failed: Note('n1', title='ha')",
    "PermissionDenied(102, 'no permission to perform operation')",
    "← QueryError: Task._id: 'task/t1' is `type/key`",
]


def tell() -> str:
    done = CliRunner(env={"COLUMNS": "400"}).invoke(app, ["demo", "--plain"])
    assert done.exit_code == 0, done.output
    return done.output


def test_demo_shows_models_requests_answers_a_partial_failure_and_an_acl() -> None:
    output = tell()

    assert [line for line in SAID if line not in output] == []
    assert '"password": "bob"' not in output


def test_version_is_that_of_the_distribution() -> None:
    done = CliRunner().invoke(app, ["--version"])

    assert done.output.startswith("skysyn ")


def test_without_its_libraries_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "typer", None)

    with pytest.raises((SystemExit, ValueError)) as caught:
        cli.main()

    assert "pip install 'skysyn[cli,server]'" in str(caught.value)
