"""What cannot be meant as it is given is refused, by the name of its option."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from skysyn.cli.plugins import Plugins, find_plugins

if TYPE_CHECKING:
    from pathlib import Path

    from .commanding import Command

_TEXTS = [
    "auth-keys", "api-key", "master-key", "app", "host", "database", "cors-host",
    "token-store", "token-prefix", "token-secret", "custom-token-secret", "assets",
    "asset-store", "asset-url-prefix", "asset-secret", "s3-bucket", "pubsub", "code",
    "log-level", "log-formatter", "audit-trail", "accsyn", "apns-url", "fcm-url",
]  # fmt: skip


@pytest.mark.parametrize("name", _TEXTS)
def test_an_empty_value_is_refused(command: Command, name: str) -> None:
    result = command.run(f"--{name}", "")

    said = f"Invalid value for --{name}: it is empty: leave the option out"
    assert (result.exit_code, said in result.output) == (2, True), result.output


def test_an_empty_value_in_a_configuration_is_refused(
    command: Command, tmp_path: Path
) -> None:
    (tmp_path / "serve.toml").write_text('cors-host = ""\n')

    result = command.run("--config", "serve.toml")

    assert "Invalid value for --cors-host: it is empty" in result.output


def test_an_empty_variable_says_nothing(
    command: Command, environ: dict[str, str]
) -> None:
    environ.update({"AUTH_RECORD_KEYS": "", "CORS_HOST": "", "TOKEN_STORE": ""})

    result = command.run()

    assert (result.exit_code, result.output) == (0, "")
    assert command.settings.auth_keys == (("username",), ("email",))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--auth-keys", ","], "--auth-keys: ',' names no fields"),
        (["--auth-keys", "(username"], "--auth-keys: '(username' names no fields"),
        (["--auth-keys", "_id"], "auth keys name '_id'"),
        (["--auth-keys", "a.b"], "auth keys name 'a.b'"),
        (["--cors-host", "a\nb"], "the CORS host is 'a\\nb'"),
        (["--host", "http://127.0.0.1"], "--host: http://127.0.0.1 is no address"),
        (["--host", "127.0.0.1:80"], "--host: 127.0.0.1:80 is no address"),
        (["--host", "0.0.0.0"], "--host: 0.0.0.0 is reached from other machines"),
        (["--token-seconds", "9999999999"], "--token-seconds"),
        (["--response-timeout", "inf"], "--response-timeout"),
        (["--response-timeout", "nan"], "--response-timeout"),
        (["--password-expiry-days", "99999"], "--password-expiry-days"),
        (["--password-history-days", "99999"], "--password-history-days"),
        (["--asset-url-prefix", "files"], "asset_url_prefix is 'files'"),
        (["--asset-url-prefix", "http://[x"], "asset_url_prefix is 'http://[x'"),
        (["--s3-bucket", "b"], "--s3-bucket: it says nothing without --asset-store s3"),
        (["--reload"], "--reload: it says nothing without --code"),
        (["--audit"], "--audit: it says nothing without --audit-trail"),
        (["--apns-team-id", "T"], "--apns-team-id: it says nothing without --apns"),
        (["--fcm-server-key", "k"], "--fcm-server-key: it says nothing without --fcm"),
        (["--fcm"], "FCM needs a service account or a server key: give one"),
        (["--fcm", "--fcm-server-key", "k", "--fcm-url", "x"], "the FCM URL is 'x'"),
        (["--env-file", "absent"], "there is no file absent"),
        (["--env-file", "binary"], "cannot read binary"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    command: Command, tmp_path: Path, options: list[str], said: str
) -> None:
    (tmp_path / "binary").write_bytes(b"A=\xff\n")

    result = command.run(*options)

    assert (result.exit_code != 0, said in result.output) == (True, True), result.output


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"SENTRY_DSN": "https://x", "SENTRY_LEVEL": ""}, ["SENTRY_DSN is ignored"]),
        (
            {"BAIDU_API_KEY": "secret", "ZMQ_TIMEOUT": "3"},
            ["BAIDU_API_KEY is ignored", "ZMQ_TIMEOUT is ignored"],
        ),
        ({"CLOUD_ASSET_HOST": "x"}, ["CLOUD_ASSET_HOST is ignored"]),
        ({"DB_IMPL_NAME": "pq", "ACCESS_CONRTOL": "role"}, []),
        ({"DB_IMPL_NAME": "fs"}, ["DB_IMPL_NAME is ignored"]),
        ({"TOKEN_STORE_PATH": "data/token"}, ["TOKEN_STORE_PATH is ignored"]),
        ({"TOKEN_STORE_PATH": "redis://r:1", "TOKEN_STORE": "redis"}, []),
        ({"TOKEN_STORE_EXPIRE": "3"}, ["TOKEN_STORE_EXPIRE is ignored"]),
        ({"ASSET_STORE_BUCKET": "unused", "APNS_ENABLE": "NO"}, []),
        ({"PLUGINS": "A", "A_TRANSPORT": "zmq"}, ["PLUGINS: A is not run, as zmq"]),
    ],
)
def test_variables_that_say_nothing_here_are_told_in_a_line_each(
    command: Command,
    environ: dict[str, str],
    variables: dict[str, str],
    said: list[str],
) -> None:
    environ.update(variables)

    result = command.run()

    lines = result.stderr.splitlines()
    assert result.exit_code == 0
    assert len(lines) == len(said)
    assert all(f"# {begin}" in line for begin, line in zip(said, lines, strict=True))
    assert "secret" not in result.output


def test_plugins_that_listen_by_http_are_the_cloud_code() -> None:
    cat = {"CAT_TRANSPORT": "http", "CAT_PATH": "http://cat:8000"}

    found = find_plugins({"PLUGINS": "CAT, DOG", "DOG_TRANSPORT": "exec", **cat})

    told = "PLUGINS: DOG is not run, as exec is not spoken here: "
    assert found == Plugins(("http://cat:8000",), (f"{told}name its module by --code",))


def test_plugins_are_divided_by_commas(
    command: Command, environ: dict[str, str]
) -> None:
    environ["PLUGINS"] = "CAT DOG"

    result = command.run()

    assert "PLUGINS: 'CAT DOG' is no name of a plugin" in result.output
    assert result.exit_code == 2


def test_plugins_are_run_unless_code_is_named(
    command: Command, environ: dict[str, str]
) -> None:
    environ.update({"PLUGINS": "CAT", "CAT_TRANSPORT": "http"})
    environ["CAT_PATH"] = "http://127.0.0.1:1"

    result = command.run("--code", "app.py")

    assert "# PLUGINS is ignored, as --code says what to run" in result.stderr
    environ["CAT_PATH"] = "127.0.0.1:1"
    refused = command.run()
    assert "CAT_PATH: '127.0.0.1:1' is no URL of a plugin" in refused.output
    environ["CAT_TRANSPORT"] = ""
    refused = command.run()
    assert "CAT_TRANSPORT: '' is no transport" in refused.output
