from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn import Accsyn
from skysyn.dialects.accsyn import events
from skysyn.dialects.accsyn.dialect import Identity
from skysyn.dialects.accsyn.events import Event
from skysyn.errors import DeclarationError, QueryError
from skysyn.models import Call, RecordID, Row, Save, Select

if TYPE_CHECKING:
    from pathlib import Path

VARIABLES = (
    *("ACCSYN_WORKSPACE", "ACCSYN_DOMAIN", "ACCSYN_ORG", "ACCSYN_API_USER"),
    *("ACCSYN_API_KEY", "ACCSYN_SESSION_KEY", "ACCSYN_CREDENTIALS_PATH"),
)


@pytest.fixture(autouse=True)
def _empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def accsyn(**settings: Any) -> Accsyn:
    given: dict[str, Any] = {"workspace": "acmefilm", "username": "u", **settings}
    return Accsyn(**given)


@pytest.mark.parametrize("name", ["ACCSYN_WORKSPACE", "ACCSYN_DOMAIN", "ACCSYN_ORG"])
def test_settings_come_from_the_environment(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "acmefilm")
    monkeypatch.setenv("ACCSYN_API_USER", "kim@acme.example")
    monkeypatch.setenv("ACCSYN_API_KEY", "K")

    found = Accsyn()

    assert (found.workspace, found.username) == ("acmefilm", "kim@acme.example")
    assert (found.api_key, found.version) == ("K", "v3")


def test_a_session_key_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACCSYN_SESSION_KEY", "S")

    assert (accsyn().session_key, accsyn().version) == ("S", "v1")


def test_a_password_that_is_given_comes_before_a_key_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ACCSYN_API_KEY", "K")
    monkeypatch.setenv("ACCSYN_SESSION_KEY", "S")

    found = accsyn(password="p")

    assert (found.api_key, found.session_key, found.version) == (None, None, "v1")
    assert accsyn().session_key is None
    assert accsyn(session_key="given").api_key is None


def test_a_named_file_comes_before_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "credentials"
    file.write_text(
        "# a comment\nACCSYN_WORKSPACE = 'named'\nACCSYN_API_KEY=\"K=2\"\nPATH=evil\nx"
    )
    monkeypatch.setenv("ACCSYN_WORKSPACE", "ambient")
    monkeypatch.setenv("ACCSYN_CREDENTIALS_PATH", str(file))

    found = Accsyn(username="u")

    assert (found.workspace, found.api_key) == ("named", "K=2")
    assert Accsyn("given", username="u").workspace == "given"


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="cannot be read"):
        Accsyn(username="u", env_file=tmp_path / "none")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"api_key": None}, "ACCSYN_API_KEY"),
        ({"workspace": ""}, "ACCSYN_WORKSPACE"),
        ({"workspace": "a/b"}, "no workspace"),
        ({"username": " "}, "ACCSYN_API_USER"),
        ({"hostname": "https://a"}, "no host name"),
        ({"hostname": "a/b"}, "no host name"),
        ({"port": 0}, "no port"),
        ({"api_key": None, "password": "p", "version": "v3"}, "api_key only"),
    ],
)
def test_settings_are_checked(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(DeclarationError, match=said):
        accsyn(**{"api_key": "K", **settings})


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        ({}, "https://acmefilm.accsyn.com/api/v3"),
        ({"port": 443}, "https://acmefilm.accsyn.com/api/v3"),
        ({"hostname": "h", "port": 8181}, "https://h:8181/api/v3"),
        ({"hostname": "[::1]", "scheme": "http"}, "http://[::1]/api/v3"),
        ({"version": "v1"}, "https://acmefilm.accsyn.com/api/v1.0"),
    ],
)
def test_the_address_is_made_of_the_settings(
    settings: dict[str, Any], base: str
) -> None:
    assert accsyn(api_key="K", **settings).base == base


def test_the_api_key_travels_as_accsyn_wants_it() -> None:
    headers = accsyn(api_key="KEY").encode(Select("user")).headers

    assert headers["Authorization"] == "basic dQ==:S0VZ"
    assert headers["X-Accsyn-Workspace"] == "acmefilm"
    assert "Content-Type" not in headers


def test_a_session_in_use_is_masked() -> None:
    identity = Identity("66aa", "admin", "s-1", "sk-1")
    old = accsyn(session_key="hush", identity=identity)

    assert "hush" not in repr(old)
    assert old.redact("s-1 sk-1 hush") == "*** *** ***"


def test_nothing_to_store_is_refused() -> None:
    row = Row(RecordID("user", "66aa00000000000000000001"), {})

    with pytest.raises(QueryError, match="nothing to store"):
        accsyn(api_key="K").encode(Save((row,)))


def test_old_credentials_are_escaped() -> None:
    header = accsyn(username='a"b', password="p").encode(Select("user")).headers

    kind, _, text = header["Authorization"].partition(" ")
    assert kind == "ASCredentials"
    assert json.loads(base64.b64decode(text)) == {
        "domain": "acmefilm",
        "username": 'a"b',
        "pwd": base64.b64encode(b"p").decode(),
    }


def test_no_secret_is_shown() -> None:
    found = accsyn(api_key="hush-key", machine="m")
    old = accsyn(password="hush-pass")
    request = old.encode(Select("user"))

    assert "hush" not in f"{found!r} {old!r} {request!r}"
    assert "hush" not in old.redact(f"hush-pass {request.headers['Authorization']}")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_data_travel_unchanged(data: Any) -> None:
    operation = Call("GET user/find", {"data": {"x": data}})

    url = accsyn(api_key="K").encode(operation).url

    query = url.partition("?")[2]
    assert "+" not in query
    assert json.loads(unquote(query))["data"] == {"x": data}


@given(st.lists(st.text(max_size=60), max_size=60))
def test_compressed_data_are_the_same(data: Any) -> None:
    assert events.decompress(events.compress(data)) == data


@pytest.mark.parametrize(("size", "key"), [(102_400, "data"), (102_401, "gz_data")])
def test_data_above_the_threshold_are_compressed(size: int, key: str) -> None:
    packed = Event("POST", "job/create", {"x": "a" * (size - 1)}).pack()

    assert list(packed) == [key]


def test_sizes_are_estimated_as_the_service_does() -> None:
    assert events.estimate({"ab": ["cde", 1, None, True, {}]}) == 2 + 3 + 10 + 0 + 10


@pytest.mark.parametrize(
    "call",
    [
        Call("user/find"),
        Call("PATCH user/find"),
        Call("GET "),
        Call("GET user//find"),
        Call("GET user/find?x"),
        Call("GET user/find", {"other": 1}),
    ],
)
def test_what_is_no_event_is_refused(call: Call) -> None:
    with pytest.raises(QueryError, match="no event"):
        Event.of_call(call)


def test_an_event_is_the_call_it_was() -> None:
    event = Event("PUT", "job/recipient/add", {"a": 1}, "66aa", "x=1")

    assert Event.of_call(event.call()) == event


@pytest.mark.parametrize(
    "data", [{"x": float("nan")}, {"x": object()}, {"x": ["\ud800"]}]
)
def test_what_is_no_json_is_refused(data: Any) -> None:
    with pytest.raises(QueryError, match="JSON"):
        accsyn(api_key="K").encode(Call("PUT job/edit", {"data": data}))
