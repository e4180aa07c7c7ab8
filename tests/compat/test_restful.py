"""Records as resources, and static files, as the original has them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests

from skysyn import SkygearSession, connect
from skysyn.cloud import Options, load_code
from skysyn.cloud.assets import collect
from skysyn.compat.skygear.error import SkygearException
from skysyn.compat.skygear.providers import BaseAuthProvider
from skysyn.compat.skygear.utils.logging import setLoggerTag
from skysyn.server import Server, Serving, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

CODE = str(Path(__file__).parent / "written" / "rest.py")


@pytest.fixture
def ada(tmp_path: Path) -> Iterator[SkygearSession]:
    """A user of a server with the code."""
    made = Settings(api_key="k", master_key="m", database=str(tmp_path / "db"))
    told = Options(apikey="k", serve_static_assets=True, ignore_public_html=True)
    with Server(made, load_code(CODE, told)) as server, Serving(server) as serving:
        told.skygear_endpoint = serving.endpoint
        session = connect(server.client(serving.endpoint))
        session.signup(username="ada", password="secret")
        yield session
        session.close()


def ask(ada: SkygearSession, method: str, path: str, body: Any = None) -> Any:
    headers = {"X-Skygear-Access-Token": ada.me().access_token}
    url = f"{ada.dialect.endpoint}{path}"
    return requests.request(method, url, json=body, headers=headers, timeout=60)


def test_records_are_made_read_changed_and_deleted(ada: SkygearSession) -> None:
    made = ask(ada, "POST", "/api/notes", {"title": "b"}).json()
    ask(ada, "POST", "/api/notes", {"_id": "note/1", "title": "a"})
    ask(ada, "POST", "/api/notes", {"title": "hidden"})
    listed = ask(ada, "GET", "/api/notes").json()["result"]
    changed = ask(ada, "PUT", "/api/notes/1", {"title": "c"}).json()
    read = ask(ada, "GET", "/api/notes/1").json()
    gone = ask(ada, "DELETE", "/api/notes/1").json()
    missing = ask(ada, "GET", "/api/notes/1")

    assert made["_id"].startswith("note/")
    assert [note["title"] for note in listed] == ["a", "b"]
    assert (changed["title"], read["title"], gone["_id"]) == ("c", "c", "note/1")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, 110)


def test_the_token_may_be_in_the_body(ada: SkygearSession) -> None:
    url = f"{ada.dialect.endpoint}/api/notes"
    token = ada.me().access_token

    made = requests.post(url, json={"title": "x", "access_token": token}, timeout=60)
    refused = requests.post(url, data="no json", timeout=60)

    assert made.status_code == 200
    assert refused.json()["error"]["code"] == 107


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("dict/a/b.txt", b"dict"),
        ("folder/rest.py", Path(CODE).read_bytes()),
        ("beside/rest.py", Path(CODE).read_bytes()),
        ("own/file", b"own file"),
        ("dict/c", None),
        ("own/other", None),
        ("nothing/file", None),
    ],
)
def test_files_are_published(
    ada: SkygearSession, path: str, content: bytes | None
) -> None:
    answer = ask(ada, "GET", f"/static/{path}")

    assert (answer.content if answer.ok else None) == content


def test_files_are_collected(tmp_path: Path) -> None:
    app = load_code(CODE, Options(ignore_public_html=True))

    made = collect([app], tmp_path)

    names = {file.relative_to(tmp_path / "static").as_posix() for file in made}
    assert {"dict/a/b.txt", "own/file", "beside/rest.py"} < names
    assert "package/app.py" in names


def test_a_provider_says_what_it_lacks() -> None:
    for action in ("login", "logout", "info", "dance"):
        with pytest.raises(NotImplementedError):
            BaseAuthProvider().handle_action(action, {})


def test_errors_can_be_told_to_users() -> None:
    assert SkygearException("m", 105).readable_message().startswith("You are not")


def test_log_records_are_tagged(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("tests.compat.tagged")
    setLoggerTag(logger, "cloud")

    logger.warning("hello")

    assert [vars(record)["tag"] for record in caplog.records] == ["cloud"]
