"""Options of `skysyn serve` for push, passwords and the trail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from skysyn.cli.app import app
from skysyn.server.policy import PasswordPolicy
from skysyn.server.push import FCM, APNs, Push

if TYPE_CHECKING:
    from collections.abc import Callable

    from typer.testing import Result

    from skysyn.server import Settings

    Serve = Callable[..., Settings]

TOKEN = {"APNS_TEAM_ID": "T", "APNS_KEY_ID": "K", "APNS_TOKEN_KEY": "P8"}
SANDBOX = "https://api.sandbox.push.apple.com"


def run(*options: str, **variables: str) -> tuple[Result, Settings | None]:
    """Return the outcome of a command, and what it would serve by."""
    served: list[Settings] = []

    def keep(settings: Settings, *_: object, **__: object) -> None:
        served.append(settings)

    known = {"MASTER_KEY": "m" * 32, "COLUMNS": "200", **variables}
    result = CliRunner().invoke(app, ["serve", *options], obj=keep, env=known)
    return result, served[0] if served else None


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """What returns the settings that options and variables make."""
    monkeypatch.chdir(tmp_path)

    def settings(*options: str, **variables: str) -> Settings:
        result, served = run(*options, **variables)
        assert served is not None, result.output
        return served

    return settings


@pytest.mark.parametrize(
    ("variables", "push"),
    [
        ({}, Push()),
        (TOKEN, Push()),
        ({"GCM_ENABLE": "YES", "GCM_APIKEY": "k"}, Push(fcm=FCM(server_key="k"))),
        (
            {"FCM_ENABLE": "YES", "FCM_SERVER_KEY": "k", "FCM_URL": "http://f"},
            Push(fcm=FCM(server_key="k", url="http://f")),
        ),
        (
            {
                "FCM_ENABLE": "1",
                "FCM_TYPE": "service_account",
                "FCM_SERVICE_ACCOUNT_KEY": "{}",
            },
            Push(fcm=FCM(account="{}")),
        ),
        (
            {"APNS_ENABLE": "YES", "APNS_TYPE": "token", **TOKEN},
            Push(apns=APNs(url=SANDBOX, team_id="T", key_id="K", key="P8")),
        ),
        (
            {
                "APNS_ENABLE": "YES",
                "APNS_ENV": "production",
                "APNS_CERTIFICATE": "C",
                "APNS_PRIVATE_KEY": "P",
            },
            Push(
                apns=APNs(
                    url="https://api.push.apple.com", certificate="C", private_key="P"
                )
            ),
        ),
    ],
)
def test_services_of_push_are_set_as_the_original_did(
    serve: Serve, variables: dict[str, str], push: Push
) -> None:
    assert serve(**variables).push == push


def test_keys_of_push_may_be_in_files(serve: Serve, tmp_path: Path) -> None:
    for name in ("certificate", "key", "p8", "account"):
        (tmp_path / name).write_text(f"the {name}")

    by_certificate = serve(
        *("--apns", "--apns-certificate-path", "certificate"),
        *("--apns-private-key-path", "key"),
    )
    by_key = serve(
        *("--apns", "--apns-type", "token", "--apns-token-key-path", "p8"),
        *("--apns-team-id", "T", "--apns-key-id", "K", "--apns-url", "https://a"),
    )
    by_account = serve(
        *("--fcm", "--fcm-type", "service_account"),
        *("--fcm-service-account-key-path", "account"),
    )

    assert by_certificate.push.apns == APNs(
        certificate="the certificate", private_key="the key"
    )
    assert by_key.push.apns == APNs(
        url="https://a", team_id="T", key_id="K", key="the p8"
    )
    assert by_account.push.fcm == FCM(account="the account")


def test_pushes_may_be_recorded_alone(serve: Serve) -> None:
    assert serve("--record-pushes").push == Push(record=True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--fcm"], "FCM needs a service account or a server key"),
        (["--apns"], "APNs needs a team id, a key id and a key, or a certificate"),
        (["--apns", "--apns-certificate-path", "none"], "cannot read none"),
        (["--apns-type", "magic"], "'magic' is not one of"),
        (["--audit-trail", "fluentd://x"], "no audit trail fluentd://"),
        (["--password-min-level", "6"], "--password-min-level"),
    ],
)
def test_what_cannot_work_is_told_in_words(
    options: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    result, served = run(*options)

    assert served is None
    assert said in f"{result.output} {result.exception}"


AUDIT: dict[str, Any] = {
    "MIN_LENGTH": ("8", "min_length", 8),
    "UPPERCASE_REQUIRED": ("yes", "uppercase_required", True),
    "LOWERCASE_REQUIRED": ("y", "lowercase_required", True),
    "DIGIT_REQUIRED": ("Yes", "digit_required", True),
    "SYMBOL_REQUIRED": ("1", "symbol_required", True),
    "MIN_GUESSABLE_LEVEL": ("3", "min_guessable_level", 3),
    "EXCLUDED_KEYWORDS": ("a, b,", "excluded_keywords", ("a", "b")),
    "EXCLUDED_FIELDS": ("name", "excluded_fields", ("name",)),
    "HISTORY_SIZE": ("5", "history_size", 5),
    "HISTORY_DAYS": ("6", "history_days", 6),
    "EXPIRY_DAYS": ("7", "expiry_days", 7),
}


def test_the_policy_is_set_as_the_original_did(serve: Serve) -> None:
    variables = {f"USER_AUDIT_PW_{name}": said for name, (said, *_) in AUDIT.items()}

    made = serve(**variables).passwords

    assert made == PasswordPolicy(**{name: value for _, name, value in AUDIT.values()})


@pytest.mark.parametrize(
    ("variables", "trail"),
    [
        ({}, None),
        ({"USER_AUDIT_TRAIL_HANDLER_URL": "file:///a/b"}, Path("/a/b")),
        ({"USER_AUDIT_TRAIL_HANDLER_URL": "b"}, Path("b")),
        (
            {"USER_AUDIT_TRAIL_HANDLER_URL": "b", "USER_AUDIT_ENABLED": "NO"},
            None,
        ),
    ],
)
def test_the_trail_is_a_file(
    serve: Serve, variables: dict[str, str], trail: Path | None
) -> None:
    assert serve(**variables).trail == trail


def test_a_configuration_file_has_these_options_too(
    serve: Serve, tmp_path: Path
) -> None:
    (tmp_path / "server.toml").write_text(
        "password-min-length = 9\nrecord-pushes = true"
    )

    made = serve("--config", "server.toml")

    assert (made.passwords.min_length, made.push.record) == (9, True)
