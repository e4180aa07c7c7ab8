"""Passwords: what the policy wants of them, their history, and their end."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from skysyn.errors import DeclarationError, RemoteError, StateError
from skysyn.server import Server
from skysyn.server.policy import PasswordPolicy
from skysyn.server.store import Store, Work, system
from skysyn.server.trail import parse

from .asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from .postgres import Postgres

    Make = Callable[..., Asker]

FIELDS = {"first": "Ada", "n": 5}


@pytest.fixture(params=["sqlite", "postgresql"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """What makes a server with a policy, on each kind of database."""
    servers: list[Server] = []

    def made(**policy: Any) -> Asker:
        database = str(tmp_path / "records")
        if request.param == "postgresql":
            running: Postgres = request.getfixturevalue("postgres")
            database = running.new_database()
        passwords = PasswordPolicy(**policy)
        servers.append(Server(settings(database=database, passwords=passwords)))
        return Asker(servers[-1])

    yield made
    for server in servers:
        server.close()


@contextmanager
def stored(asker: Asker) -> Generator[Work]:
    """Open what the server of *asker* stores."""
    known = asker.server.settings
    with closing(Store(known.database, known.app)) as store, store.write() as work:
        yield work


def signup(anyone: Asker, password: str, **more: Any) -> Any:
    data = {"username": "ada"}
    return anyone.ask("auth:signup", auth_data=data, password=password, **more)


@pytest.mark.parametrize(
    ("policy", "password", "info", "message"),
    [
        (
            {"min_length": 5},
            "éé",
            {"reason": "PasswordTooShort", "min_length": 5, "pw_length": 4},
            "password too short",
        ),
        (
            {"uppercase_required": True},
            "é1-a",
            {"reason": "PasswordUppercaseRequired"},
            "password uppercase required",
        ),
        (
            {"lowercase_required": True},
            "É1-A",
            {"reason": "PasswordLowercaseRequired"},
            "password lowercase required",
        ),
        (
            {"digit_required": True},
            "a²-A",
            {"reason": "PasswordDigitRequired"},
            "password digit required",
        ),
        (
            {"symbol_required": True},
            "azAZ09",
            {"reason": "PasswordSymbolRequired"},
            "password symbol required",
        ),
        (
            {"excluded_keywords": ("word", "$(")},
            "a$(b",
            {"reason": "PasswordContainingExcludedKeywords"},
            "password containing excluded keywords",
        ),
        (
            {"excluded_fields": ("first", "n", "none")},
            "xADAx",
            {"reason": "PasswordContainingExcludedKeywords"},
            "password containing excluded keywords",
        ),
        (
            {"min_guessable_level": 5},
            "abcde123456",
            {"reason": "PasswordBelowGuessableLevel", "min_level": 5, "pw_level": 2},
            "password below guessable level",
        ),
    ],
)
def test_a_password_that_lacks_something_is_refused(
    policy: dict[str, Any], password: str, info: dict[str, Any], message: str
) -> None:
    with pytest.raises(RemoteError) as caught:
        PasswordPolicy(**policy).check(password, FIELDS)

    refusal = caught.value
    assert (refusal.code, refusal.message, refusal.info) == (126, message, info)


@pytest.mark.parametrize(
    ("policy", "password"),
    [
        ({}, ""),
        ({"min_length": 4}, "éé"),
        ({"symbol_required": True}, "é"),
        ({"excluded_keywords": ("",)}, "a"),
        ({"excluded_fields": ("n",)}, "5"),
        ({"min_guessable_level": 1}, "a"),
        ({"min_guessable_level": 5}, "nihongo-wo-manabimashou"),
        ({"min_guessable_level": 5}, "correct horse battery staple " * 100),
    ],
)
def test_a_password_that_has_everything_is_allowed(
    policy: dict[str, Any], password: str
) -> None:
    PasswordPolicy(**policy).check(password, FIELDS)


def test_what_is_wrong_is_said_in_the_order_of_the_rules() -> None:
    strict: dict[str, Any] = {"min_length": 9, "digit_required": True}

    with pytest.raises(RemoteError) as caught:
        PasswordPolicy(**strict, symbol_required=True).check("a", {})

    assert caught.value.info["reason"] == "PasswordTooShort"


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(DeclarationError, match="not 6"):
        PasswordPolicy(min_guessable_level=6)


def test_signup_and_changes_are_held_to_the_policy(make: Make) -> None:
    anyone = make(min_length=8, excluded_fields=("username",))

    refused = signup(anyone, "short")
    own = signup(anyone, "xx-ada-xx")
    made = signup(anyone, "long enough")["result"]
    ada = attrs.evolve(anyone, token=made["access_token"])
    change = {"old_password": "long enough", "password": "my-ada-password"}
    reset = {"auth_id": made["user_id"], "password": "my-ada-password"}

    assert refused["error"]["info"]["reason"] == "PasswordTooShort"
    assert own["error"]["info"]["reason"] == "PasswordContainingExcludedKeywords"
    assert ada.code("auth:password", **change) == (500, 126)
    assert anyone.as_master().code("auth:reset_password", **reset) == (500, 126)


def test_nobody_is_made_with_a_password_that_is_refused(make: Make) -> None:
    anyone = make(min_length=8)

    refused = signup(anyone, "short", profile={"new_field": 1})
    found = anyone.as_master().ask("schema:fetch")

    assert refused["error"]["code"] == 126
    assert "new_field" not in json.dumps(found)
    assert anyone.as_master().keys("user") == []


def change(ada: Asker, old: str, new: str) -> tuple[Asker, int]:
    """Return ada with her new token, and the code that she is refused with, or 0."""
    body = ada.ask("auth:password", old_password=old, password=new)
    if "error" in body:
        return ada, body["error"]["code"]
    return attrs.evolve(ada, token=body["result"]["access_token"]), 0


@pytest.mark.parametrize(
    ("policy", "codes"),
    [
        ({}, [0, 0, 0, 0]),
        ({"history_size": 1}, [126, 0, 0, 0]),
        ({"history_size": 2}, [126, 0, 126, 0]),
        ({"history_size": 3}, [126, 0, 126, 0]),
        ({"history_days": 1}, [126, 0, 126, 0]),
    ],
)
def test_passwords_of_late_are_not_taken_again(
    make: Make, policy: dict[str, int], codes: list[int]
) -> None:
    anyone = make(**policy)
    made = signup(anyone, "one")["result"]
    ada, now = attrs.evolve(anyone, token=made["access_token"]), "one"
    found: list[int] = []

    for new in ("one", "two", "one", "three"):
        ada, code = change(ada, now, new)
        found.append(code)
        now = now if code else new

    assert found == codes


def test_the_refusal_of_an_old_password_says_how_many_count(make: Make) -> None:
    anyone = make(history_size=2, history_days=3)
    made = signup(anyone, "one")["result"]
    reset = {"auth_id": made["user_id"], "password": "one"}

    refused = anyone.as_master().ask("auth:reset_password", **reset)["error"]

    info = {"reason": "PasswordReused", "history_size": 2, "history_days": 3}
    assert (refused["message"], refused["info"]) == ("password reused", info)


def test_no_more_passwords_are_kept_than_count(make: Make) -> None:
    anyone = make(history_size=2)
    made = signup(anyone, "0")["result"]
    ada = attrs.evolve(anyone, token=made["access_token"])
    for number in range(4):
        ada, _ = change(ada, str(number), str(number + 1))

    with stored(anyone) as work:
        kept = work.connection.execute(system.password_history.select()).all()

    assert len(kept) == 2


def age(anyone: Asker, days: float) -> None:
    """Let every password be older than it is."""
    since = datetime.now(UTC) - timedelta(days=days)
    with stored(anyone) as work:
        work.connection.execute(system.auth.update().values(token_valid_since=since))


def test_a_password_that_is_too_old_has_to_be_changed(make: Make) -> None:
    anyone = make(expiry_days=30)
    made = signup(anyone, "one")["result"]
    ada = attrs.evolve(anyone, token=made["access_token"])
    age(anyone, 29)
    before = ada.result("me")["user_id"]
    age(anyone, 31)

    refused = ada.send("me")
    as_nobody = ada.ask("record:query", record_type="note", database_id="_private")
    ada, code = change(ada, "one", "two")
    after = ada.result("me")["user_id"]

    error = json.loads(refused.body)["error"]
    assert (refused.status, error["code"]) == (401, 126)
    assert error["info"] == {"reason": "PasswordExpired"}
    assert as_nobody["error"]["code"] == 101
    assert (before, code, after) == (made["user_id"], 0, made["user_id"])


def test_users_without_a_password_never_have_to_change_it(make: Make) -> None:
    anyone = make(expiry_days=1)
    made = anyone.result("auth:signup")

    ada = attrs.evolve(anyone, token=made["access_token"])
    age(anyone, 2)

    assert ada.result("me")["user_id"] == made["user_id"]


def test_the_trail_tells_who_logged_in_and_who_changed_what(tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"
    with Server(settings(trail=file)) as server:
        anyone = Asker(server)
        ada = anyone.signup("ada")
        login = {"auth_data": {"username": "ada"}, "password": "wrong"}
        anyone.ask("auth:login", **login)
        anyone.ask("auth:login", **{**login, "password": "secret"})
        ada.ask("auth:password", old_password="wrong", password="x")
        ada.ask("auth:password", old_password="secret", password="new")
        master = anyone.as_master()
        master.result("auth:disable:set", auth_id=ada.user_id, disabled=True)
        master.result("auth:disable:set", auth_id=ada.user_id)
        master.result("role:assign", users=[ada.user_id], roles=["boss"])

    lines = [json.loads(line) for line in file.read_text().splitlines()]
    me, by_master = ada.user_id, {"by": "master"}
    assert all(line.pop("at") for line in lines)
    assert "secret" not in file.read_text()
    assert lines == [
        {"event": "signup", "user": me, "action": "auth:signup"},
        {"event": "login_failure", "action": "auth:login", "code": 105},
        {"event": "login_success", "user": me, "action": "auth:login"},
        {"event": "change_password", "user": me, "action": "auth:password", "by": me},
        {
            "event": "disable_user",
            "user": me,
            "action": "auth:disable:set",
            **by_master,
        },
        {"event": "enable_user", "user": me, "action": "auth:disable:set", **by_master},
        {"event": "change_roles", "user": [me], "action": "role:assign", **by_master},
    ]


def test_a_trail_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(StateError, match="the audit trail cannot be written"):
        Server(settings(trail=tmp_path / "none" / "trail"))


def test_the_original_names_the_trail_by_a_url() -> None:
    assert parse("file:///var/log/a%20trail") == "/var/log/a trail"
    with pytest.raises(DeclarationError, match="no audit trail fluentd://"):
        parse("fluentd://localhost:24224")
