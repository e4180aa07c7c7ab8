from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from skysyn import Field, Record, connect
from skysyn.cli.app import app
from skysyn.server import Server, Serving, WSGITransport
from skysyn.testing.carrying import CassetteTransport
from skysyn.testing.cassette import Cassette
from skysyn.testing.drift import Drift, against_models
from skysyn.testing.files import load
from skysyn.testing.modes import Mode
from skysyn.testing.skygear import SkygearLanguage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn.models import Model


class Task(Record):
    title: Field[str]
    done: Field[bool | None]
    due: Field[datetime | None]


class Retyped(Record, type="task"):
    title: Field[int]
    done: Field[bool]
    due: Field[datetime | None]


class Grown(Record, type="task"):
    title: Field[str]
    done: Field[bool | None]
    due: Field[datetime | None]
    owner: Field[str]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def path(tmp_path: Path, server: Server) -> Path:
    path = tmp_path / "task.yaml"
    with Cassette(path, SkygearLanguage(), Mode.ONCE, models=[Task]) as cassette:
        transport = CassetteTransport(cassette, lambda: WSGITransport(server))
        with connect(server.client(), transport=transport) as session:
            session.signup(username="ada", password="a-password")
            Task(title="a", done=None, due=None).save()
            assert len(Task.query().all()) == 1
    return path


def drift(path: Path, model: type[Model]) -> list[Drift]:
    recording = load(path)
    assert recording is not None
    return against_models(recording.exchanges, [model], None)


def test_answers_fit_the_models_they_were_recorded_with(path: Path) -> None:
    assert drift(path, Task) == []


def test_a_field_of_another_type_is_seen(path: Path) -> None:
    assert drift(path, Retyped) == [
        Drift("Retyped.done", "(never answered)", "true or false"),
        Drift("Retyped.title", "text", "number"),
    ]


def test_a_field_that_was_never_answered_is_seen(path: Path) -> None:
    assert drift(path, Grown) == [Drift("Grown.owner", "(never answered)", "text")]


def test_a_model_that_is_declared_otherwise_since_is_seen(path: Path) -> None:
    recording = load(path)
    assert recording is not None
    assert recording.facts is not None
    recording.facts.models["Task"] = "before"

    found = against_models(recording.exchanges, [Task], recording.facts)

    assert [(one.field, one.was) for one in found] == [("Task (declaration)", "before")]


def test_the_command_prints_a_table(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    command = ["cassettes", "verify", str(path), "--models", __name__]

    result = CliRunner().invoke(app, command)

    assert result.exit_code == 1
    assert "Retyped.title" in result.output
    assert "recorded 0 days ago" in result.output


@pytest.mark.parametrize(("retype", "code"), [(False, 0), (True, 1)])
def test_the_service_is_asked_again(
    path: Path,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    retype: bool,
    code: int,
) -> None:
    if retype:
        text = path.read_text().replace("title: a\n", "title: 1\n")
        path.write_text(text.replace('\\"title\\":\\"a\\"', ""))
        lines = path.read_text().splitlines()
        path.write_text("\n".join(x for x in lines if "      string:" not in x))
    with Serving(server) as serving:
        master = connect(server.master(serving.endpoint))
        monkeypatch.setenv("SKYGEAR_ENDPOINT", serving.endpoint)
        monkeypatch.setenv("SKYGEAR_API_KEY", server.settings.master_key)
        result = CliRunner().invoke(app, ["cassettes", "verify", "--live", str(path)])
        master.close()

    assert result.exit_code == code, result.output
