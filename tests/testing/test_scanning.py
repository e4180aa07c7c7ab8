from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from skysyn import Response
from skysyn.cli.app import app
from skysyn.testing.scanning import scan
from skysyn.transport import MockTransport

from .service import record, request

ROOT = Path(__file__).parents[2]
TOKEN = "Tok3n-that-nobody-may-see"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "cassettes" / "skygear" / "test.yaml"
    answer = f'{{"result": {{"access_token": "{TOKEN}"}}}}'.encode()
    upstream = MockTransport(lambda _: Response(200, {}, answer))
    record(path, request("auth:login", password="pw"), through=upstream)
    return path


def put(path: Path, old: str, new: str) -> int:
    """Put *new* for the first *old*; return the number of its line."""
    text = path.read_text()
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_what_was_recorded_is_clean(path: Path) -> None:
    assert scan(path, {}) == []


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("password: skysyn.password.1", "password: pw", "password"),
        ("[skysyn.api-key.1]", "[a-real-key-there]", "api key"),
        ("action: auth:login", "session_key: a-real-key-there", "session key"),
        ("http://x", "https://x/?signature=a-real-key-there", "signature"),
    ],
)
def test_a_secret_that_is_put_back_is_found(
    path: Path, old: str, new: str, kind: str
) -> None:
    if old == "http://x":
        old = "https://app.example.com/auth/login"
    line = put(path, old, new)

    assert [(f.line, f.kind) for f in scan(path, {})] == [(line, f"a secret ({kind})")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("AKIAABCDEFGHIJKLMNOP", "a access key"),
        ("eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4", "a web token"),
    ],
)
def test_what_looks_like_a_secret_is_found_anywhere(
    path: Path, text: str, kind: str
) -> None:
    line = put(path, "action: auth:login", f"action: {text}")

    assert (line, kind) in [(one.line, one.kind) for one in scan(path, {})]


def test_keys_of_the_environment_are_found_in_any_encoding(path: Path) -> None:
    hidden = base64.b64encode(b"key=the-key-of-this-machine").decode()
    line = put(path, "action: auth:login", f"action: {hidden}")

    found = scan(path, {"SKYGEAR_API_KEY": "the-key-of-this-machine"})

    assert [one.line for one in found] == [line]


def test_the_command_names_file_and_line_and_no_secret(path: Path) -> None:
    line = put(path, "password: skysyn.password.1", "password: hunter2-hunter2")

    result = CliRunner().invoke(app, ["cassettes", "scan", str(path.parents[1])])

    assert result.exit_code == 1
    assert f"{path}:{line}: a secret (password) is written out" in result.output
    assert "hunter2" not in result.output


def test_the_command_is_content_with_clean_files(path: Path) -> None:
    result = CliRunner().invoke(app, ["cassettes", "scan", str(path)])

    assert (result.exit_code, result.output) == (0, "1 cassette, 0 findings\n")


def test_a_file_that_is_no_cassette_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "other.yaml"
    path.write_text("a: 1\n")

    result = CliRunner().invoke(app, ["cassettes", "scan", str(path)])

    assert result.exit_code == 1
    assert f"{path}:1: this is no cassette" in result.output


@pytest.mark.parametrize("command", ["scan", "verify"])
@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([], "there is no folder cassettes here: name files or folders of cassettes\n"),
        (["tapes"], "there is no file or folder tapes\n"),
        (["tapes", "a.yaml"], "there is no file or folder tapes, a.yaml\n"),
    ],
)
def test_what_is_not_there_is_no_success(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    places: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(app, ["cassettes", command, *places])

    assert (result.exit_code, result.output) == (2, said)


@pytest.mark.parametrize("command", ["scan", "verify"])
def test_a_folder_without_cassettes_is_told(tmp_path: Path, command: str) -> None:
    result = CliRunner().invoke(app, ["cassettes", command, str(tmp_path)])

    assert (result.exit_code, result.output) == (0, f"no cassettes in {tmp_path}\n")


def test_cassettes_of_other_tools_are_scanned_and_not_verified(path: Path) -> None:
    other = path.with_name("other.yml")
    found = yaml.safe_load(path.read_text())
    other.write_text(yaml.safe_dump({**found, "metadata": {}}))
    path.unlink()
    folder = str(path.parents[1])

    scanned = CliRunner().invoke(app, ["cassettes", "scan", folder])
    verified = CliRunner().invoke(app, ["cassettes", "verify", "--live", folder])

    assert (scanned.exit_code, scanned.output) == (0, "1 cassette, 0 findings\n")
    said = f"{other}: left out: it does not say which service it is of\n"
    assert (verified.exit_code, verified.output) == (0, said)


def test_verifying_by_nothing_is_no_success(path: Path) -> None:
    result = CliRunner().invoke(app, ["cassettes", "verify", str(path)])

    said = "there is nothing to compare with: name --models, or --live\n"
    assert (result.exit_code, result.output) == (2, said)


def test_a_module_without_models_is_told(path: Path) -> None:
    command = ["cassettes", "verify", str(path), "--models", "json"]

    result = CliRunner().invoke(app, command)

    said = "--models json: there is no model in it\n"
    assert (result.exit_code, result.output) == (2, said)


def test_a_module_that_fails_is_one_line(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "failing_models.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    command = ["cassettes", "verify", str(path), "--models", "failing_models"]

    result = CliRunner().invoke(app, command)

    said = "--models failing_models: ZeroDivisionError: division by zero\n"
    assert (result.exit_code, result.output) == (2, said)


def test_the_hook_runs_the_command_on_cassettes_only() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())

    assert hook["entry"] == "skysyn cassettes scan"
    assert re.search(hook["files"], "cassettes/skygear/test_a/test_b.yaml")
    assert re.search(hook["files"], "app/cassettes/a.yaml")
    assert not re.search(hook["files"], "docs/cassettes.md")
