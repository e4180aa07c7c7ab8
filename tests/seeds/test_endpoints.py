"""The guide on custom HTTP endpoints, asked by curl as it says."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from skysyn import Skygear, connect

from .running import KEY, Reply, Running, curl

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEDS = Path(os.environ.get("SKYSYN_SEEDS") or Path(__file__).parents[2] / "../shared")
SEED = SEEDS / "seeds" / "skygear-custom-http-endpoint.txt"
WRITTEN = Path(__file__).parent / "written"
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("exact")
    with Running(WRITTEN / "exact.py", folder) as running:
        yield running.endpoint


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("below")
    with Running(WRITTEN / "below.py", folder) as running:
        yield running.endpoint


@pytest.mark.skipif(not SEED.exists(), reason=f"there is no {SEED}")
def test_every_line_of_the_guides_code_is_in_the_code() -> None:
    guide, written = SEED.read_text(), (WRITTEN / "exact.py").read_text()
    examples = guide[guide.index("To obtain the parameters") :].splitlines()
    methods = re.findall(r"(?m)^ +(@skygear\.handler\('.*|def handle_.*)$", guide)
    code = [line for line in examples if line.strip() and not line.startswith("To ")]

    lines = {line.strip() for line in written.splitlines()}
    missing = [line for line in [*methods, *code] if line.strip() not in lines]

    # how the body is read is left out
    assert [line.strip() for line in missing] == ["b ="]
    assert len(code) >= 25


def is_home(reply: Reply) -> bool:
    return reply.status == 200 and json.loads(reply.body) == {
        "result": {"status": "OK"}
    }


def test_a_name_is_one_path(exact: str) -> None:
    assert curl(f"{exact}/foo") == Reply(200, TEXT, "/foo")
    assert is_home(curl(f"{exact}/foo/"))
    assert is_home(curl(f"{exact}/foo/bar"))


@pytest.mark.parametrize("path", ["/foo/", "/foo/a", "/foo/a/", "/foo/a/b"])
def test_a_name_with_a_slash_is_everything_below(below: str, path: str) -> None:
    assert curl(f"{below}{path}") == Reply(200, TEXT, path)


def test_a_name_with_a_slash_redirects_to_it(below: str) -> None:
    reply = curl(f"{below}/foo")

    assert (reply.status, reply.location) == (301, f"{below}/foo/")


def test_a_longer_name_comes_before_what_is_below_a_shorter(exact: str) -> None:
    assert curl(f"{exact}/abc/def").body == "abc/def"
    assert curl(f"{exact}/abc/other").body == "abc/ /abc/other"


@pytest.mark.parametrize("path", ["/", "/nowhere", "/nowhere/else"])
def test_what_is_not_recognised_is_home(exact: str, path: str) -> None:
    assert is_home(curl(f"{exact}{path}"))


def test_each_method_has_its_function(exact: str) -> None:
    assert curl(f"{exact}/my_endpoint").body == "got"
    assert curl(f"{exact}/my_endpoint", "-X", "POST").body == "posted"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_three_methods_are_allowed_by_default(exact: str, method: str) -> None:
    assert curl(f"{exact}/default", "-X", method).body == method


def test_other_methods_are_404(exact: str) -> None:
    assert curl(f"{exact}/default", "-X", "DELETE").status == 404
    assert curl(f"{exact}/my_endpoint", "-X", "PUT").status == 404


def test_users_are_let_in_by_both_headers(exact: str) -> None:
    session = connect(Skygear(exact, api_key=KEY))
    ada = session.signup(username="ada", password="secret")
    headers = ("-H", f"X-Skygear-API-Key: {KEY}")
    token = ("-H", f"X-Skygear-Access-Token: {ada.access_token}")

    assert curl(f"{exact}/private", *headers, *token) == Reply(200, TEXT, ada.user_id)
    assert curl(f"{exact}/private", *headers).status == 401


@pytest.mark.parametrize(
    ("what", "reply"),
    [
        ("str", Reply(200, TEXT, "text")),
        ("dict", Reply(200, JSON, '{"a": 1}')),
        ("list", Reply(200, JSON, '[1, "a"]')),
        ("int", Reply(200, JSON, "5")),
        ("none", Reply(200, JSON, "null")),
        ("response", Reply(202, "text/html; charset=utf-8", "made")),
    ],
)
def test_what_is_returned_becomes_the_response(
    exact: str, what: str, reply: Reply
) -> None:
    assert curl(f"{exact}/returns?what={what}") == reply


def test_the_query_is_read(exact: str) -> None:
    reply = curl(f"{exact}/get_query_string?key=month&value=10")

    assert json.loads(reply.body) == {"key": "month", "value": 10}


def test_a_form_is_read(exact: str) -> None:
    kind = "Content-Type: application/x-www-form-urlencoded"

    reply = curl(f"{exact}/form", "-H", kind, "-d", "a=3&b=at")

    assert json.loads(reply.body) == {"a": 3, "b": "at"}


def test_json_is_read(exact: str) -> None:
    reply = curl(
        f"{exact}/json", "-H", f"Content-Type: {JSON}", "-d", '{"name": "John"}'
    )

    assert json.loads(reply.body) == {"name": "John"}


def test_the_whole_path_is_read(exact: str) -> None:
    reply = curl(f"{exact}/url/more/levels?level=3")

    assert json.loads(reply.body) == {"path": "more/levels?level=3"}
