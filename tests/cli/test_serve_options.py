"""Options of `skysyn serve`: from the command line, the environment and files."""

from __future__ import annotations

import inspect
import json
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from skysyn.cli.app import app
from skysyn.cli.auth_keys import parse_auth_keys
from skysyn.cli.logs import JSONFormatter
from skysyn.cli.serving import serve

if TYPE_CHECKING:
    from pathlib import Path

    from .commanding import Command


@pytest.mark.parametrize(
    ("said", "is_on"),
    [
        *((word, True) for word in ("YES", "yes", "Yes", "y", "true", "1", "t")),
        *((word, False) for word in ("NO", "no", "No", "n", "false", "0", "f")),
    ],
)
def test_switches_are_spelled_as_the_original_did(
    command: Command, environ: dict[str, str], said: str, is_on: bool
) -> None:
    names = ("DEV_MODE", "SLAVE", "VERIFY_REQUIRED", "ASSET_STORE_PUBLIC")
    environ.update(dict.fromkeys(names, said))

    result = command.run()

    made = command.settings
    assert result.exit_code == 0, result.output
    found = (made.dev_mode, made.slave, made.verify_required, made.asset_public)
    assert found == (is_on,) * 4


@pytest.mark.parametrize(
    ("variables", "made"),
    [
        ({}, {"token_store": "database", "assets": "skysyn.sqlite3-files"}),
        ({"TOKEN_STORE": "fs", "TOKEN_STORE_PATH": "x"}, {"token_store": "database"}),
        (
            {"TOKEN_STORE": "redis", "TOKEN_STORE_PATH": "redis://r:1"},
            {"token_store": "redis://r:1"},
        ),
        (
            {"TOKEN_STORE": "redis://r:1", "TOKEN_STORE_PREFIX": "p"},
            {"token_store": "redis://r:1", "token_prefix": "p"},
        ),
        (
            {
                "TOKEN_STORE": "jwt",
                "TOKEN_STORE_SECRET": "s",
                "TOKEN_STORE_EXPIRY": "9",
            },
            {"token_store": "jwt", "token_secret": "s", "token_seconds": 9},
        ),
        (
            {"ASSET_STORE_PATH": "memory://x", "ASSET_STORE_SECRET": "s"},
            {"assets": "memory://x", "asset_secret": "s", "asset_options": {}},
        ),
        (
            {
                "ASSET_STORE": "s3",
                "ASSET_STORE_BUCKET": "b",
                "ASSET_STORE_ACCESS_KEY": "k",
                "ASSET_STORE_S3_SECRET_KEY": "s",
                "ASSET_STORE_REGION": "r",
                "ASSET_STORE_PUBLIC": "YES",
                "ASSET_STORE_S3_URL_PREFIX": "https://b.example",
            },
            {
                "assets": "s3://b",
                "asset_options": {
                    "key": "k",
                    "secret": "s",
                    "client_kwargs": {"region_name": "r"},
                },
                "asset_url_prefix": "https://b.example",
            },
        ),
        ({"DATABASE_URL": ":memory:"}, {"assets": None}),
        ({"RESPONSE_TIMEOUT": "5"}, {"response_seconds": 5}),
        ({"PUBSUB_BROKER": "redis://r:1"}, {"pubsub": "redis://r:1"}),
        (
            {"AUTH_RECORD_KEYS": "username,(email,phone)"},
            {"auth_keys": (("username",), ("email", "phone"))},
        ),
    ],
)
def test_variables_of_the_original_mean_what_they_meant(
    command: Command,
    environ: dict[str, str],
    variables: dict[str, str],
    made: dict[str, object],
) -> None:
    environ.update(variables)

    result = command.run()

    assert result.exit_code == 0, result.output
    assert {name: getattr(command.settings, name) for name in made} == made


_NAMES = st.text("abcdefgh_", min_size=1, max_size=8)
_GROUPS = st.lists(
    st.lists(_NAMES, min_size=1, max_size=3).map(tuple), min_size=1, max_size=4
)


@given(_GROUPS)
def test_sets_of_fields_are_read_as_they_are_written(
    groups: list[tuple[str, ...]],
) -> None:
    shown = (g[0] if len(g) == 1 else f"({','.join(g)})" for g in groups)

    assert parse_auth_keys(",".join(shown)) == tuple(groups)


@given(st.text() | st.text("a,() "))
def test_any_text_is_read_as_sets_of_fields_or_refused(text: str) -> None:
    groups: tuple[tuple[str, ...], ...] = ((text,),)
    with suppress(typer.BadParameter):
        groups = parse_auth_keys(text)

    assert groups
    assert all(all(group) and group for group in groups) or not text


@pytest.mark.parametrize(
    ("said", "address"),
    [
        (":4000", ("127.0.0.1", 4000)),
        ("127.0.0.2:4000", ("127.0.0.2", 4000)),
        ("[::1]:4000", ("::1", 4000)),
        ("x86_64-conda-linux-gnu", ("127.0.0.1", 3000)),
    ],
)
def test_the_address_is_taken_from_the_original_variable(
    command: Command, environ: dict[str, str], said: str, address: tuple[str, int]
) -> None:
    environ["HOST"] = said

    command.run()

    assert command.address == address


def test_the_command_line_beats_the_environment_and_that_beats_files(
    command: Command, environ: dict[str, str], tmp_path: Path
) -> None:
    config = tmp_path / "serve.toml"
    config.write_text(
        'app = "toml"\ncors-host = "toml"\nauth-keys = "toml"\nport = 7\n'
    )
    (tmp_path / ".env").write_text("CORS_HOST=dot\nAUTH_RECORD_KEYS=dot\nAPI_KEY=dot\n")
    environ["AUTH_RECORD_KEYS"] = "variable"

    command.run("--config", str(config), "--dev-mode")

    made = command.settings
    assert (made.app, made.cors_host, made.auth_keys, made.api_key) == (
        "toml",
        "dot",
        (("variable",),),
        "a",
    )
    assert command.address == ("127.0.0.1", 7)


def test_another_file_of_variables_can_be_named(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "other").write_text("APP_NAME='other'  # the app\n")

    command.run("--env-file", "other")

    assert command.settings.app == "other"


@pytest.mark.parametrize(
    ("variables", "options", "said"),
    [
        ({"TOKEN_STORE": "redis"}, [], "say where Redis is"),
        ({"ASSET_STORE": "s3"}, [], "say which bucket"),
        ({"ASSET_STORE": "cloud"}, [], "no store of files is called 'cloud'"),
        ({"LOG_LEVEL": "loud"}, [], "no log level is called 'loud'"),
        ({"LOG_LEVEL_ROUTER": "loud"}, [], "no log level is called 'loud'"),
        ({"LOG_FORMATTER": "xml"}, [], "no form of logs is called 'xml'"),
        ({"DEV_MODE": "perhaps"}, [], "DEV_MODE"),
        ({"HOST": "127.0.0.1:http"}, [], "without a port"),
        ({}, ["--config", "bad.toml"], "bad.toml sets colour, size"),
        ({}, ["--app", "no spaces"], "cannot serve: 'no spaces' is no app name"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(
    command: Command,
    environ: dict[str, str],
    tmp_path: Path,
    variables: dict[str, str],
    options: list[str],
    said: str,
) -> None:
    (tmp_path / "bad.toml").write_text("size = 1\ncolour = 2\n")
    environ.update(variables)

    result = command.run(*options)

    told = f"{result.output}{result.exception}"
    assert (result.exit_code != 0, said in told) == (True, True), told


def test_help_names_every_option_in_full_on_a_narrow_screen(
    environ: dict[str, str],
) -> None:
    environ["COLUMNS"] = "80"

    shown = CliRunner().invoke(app, ["serve", "--help"]).output

    parameters = set(inspect.signature(serve).parameters) - {"context", "app_name"}
    names = {f"--{name.replace('_', '-')}" for name in parameters} | {"--app"}
    assert names - set(shown.split()) == set()


def test_each_logger_can_have_a_level(
    command: Command, environ: dict[str, str]
) -> None:
    environ.update({"LOG_LEVEL": "ERROR", "LOG_LEVEL_TESTED_LOGGER": "debug"})

    command.run()

    found = logging.getLogger("tested.logger").getEffectiveLevel()
    assert (logging.getLogger().level, found) == (logging.ERROR, logging.DEBUG)


def test_logs_can_be_objects(command: Command, environ: dict[str, str]) -> None:
    environ["LOG_FORMATTER"] = "json"
    command.run()
    formatter = logging.getLogger().handlers[-1].formatter
    assert isinstance(formatter, JSONFormatter)
    record = logging.LogRecord("a.b", logging.INFO, "f", 1, "n %d", (7,), None)
    record.created = 0.0

    said = json.loads(formatter.format(record))

    assert said == {
        "level": "info",
        "logger": "a.b",
        "time": "1970-01-01T00:00:00Z",
        "msg": "n 7",
    }


def test_logs_tell_of_errors() -> None:
    found = (ValueError, ValueError("bad"), None)
    record = logging.LogRecord("a", logging.INFO, "f", 1, "m", (), found)

    assert json.loads(JSONFormatter().format(record))["error"] == "ValueError: bad"
