"""Files: announced, sent, fetched by signed URLs; nothing leads out of their folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from skysyn import Request
from skysyn.server import Server, WSGITransport

from .asking import KEY, Asker, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn import Response


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    with Server(settings(assets=tmp_path / "files", max_file=4096)) as server:
        yield Asker(server)


def send(
    asker: Asker, method: str, url: str, body: bytes = b"", **headers: str
) -> Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    if method != "GET":
        names["X-Skygear-API-Key"] = KEY
    if url.startswith("/"):
        url = f"http://localhost{url}"
    return WSGITransport(asker.server).send(Request(method, url, names, body))


def put(
    asker: Asker, name: str, content: bytes, kind: str = "text/plain"
) -> dict[str, Any]:
    """Announce and send a file; return its wire form."""
    said = {"filename": name, "content-type": kind, "content-size": len(content)}
    asset: dict[str, Any] = asker.result("asset:put", **said)["asset"]
    path = f"/files/{asset['$name']}"
    assert send(asker, "PUT", path, content, Content_Type="x/y").status == 200
    return asset


def test_files_come_back_as_they_were_sent(asker: Asker) -> None:
    asset = put(asker, "a.txt", b"hello asset")

    whole = send(asker, "GET", asset["$url"])
    part = send(asker, "GET", asset["$url"], Range="bytes=0-4")

    assert (whole.status, whole.body) == (200, b"hello asset")
    assert whole.header("Content-Type") == "text/plain"
    assert (part.status, part.body) == (206, b"hello")
    assert part.header("Content-Range") == "bytes 0-4/11"


@pytest.mark.parametrize(
    "kind", ["text/html", "image/svg+xml", "TEXT/HTML;x", "a/xml."]
)
def test_files_are_never_pages_of_the_server(asker: Asker, kind: str) -> None:
    asset = put(asker, "a.html", b"<script>", kind)

    answer = send(asker, "GET", asset["$url"])

    assert answer.header("Content-Disposition") == "attachment"
    assert answer.header("Content-Security-Policy") == "sandbox"
    assert answer.header("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize(
    "name",
    [
        "../../x",
        "/etc/passwd",
        "..",
        ".",
        "a/../../b",
        "CON",
        "x" * 300,
        "\u202e",
        "a\0b",
    ],
)
def test_no_name_leads_out_of_the_folder(
    asker: Asker, tmp_path: Path, name: str
) -> None:
    said = {"filename": name, "content-type": "text/plain", "content-size": 1}
    asset = asker.ask("asset:put", **said).get("result", {}).get("asset")
    stored = asset["$name"] if asset else name
    send(asker, "PUT", f"/files/{stored.encode().hex()}", b"x", Content_Type="a/b")

    outside = [p for p in tmp_path.rglob("*") if p.is_file()]

    assert all(tmp_path / "files" in p.parents for p in outside)


def test_signed_urls_cannot_be_changed(asker: Asker) -> None:
    asset, other = put(asker, "a.txt", b"a"), put(asker, "b.txt", b"b")
    url: str = asset["$url"]
    expires = url.partition("expiredAt=")[2].partition("&")[0]

    statuses = [
        send(asker, "GET", url.replace(asset["$name"], other["$name"])).status,
        send(asker, "GET", url.replace(expires, str(int(expires) + 1))).status,
        send(asker, "GET", url.replace(expires, "1")).status,
        send(asker, "GET", url.partition("?")[0]).status,
    ]

    assert statuses == [401, 401, 403, 400]


def test_files_have_a_limit_and_leave_nothing_behind(
    asker: Asker, tmp_path: Path
) -> None:
    answer = send(asker, "PUT", "/files/a", b"x" * 5000, Content_Type="a/b")
    empty = send(asker, "PUT", "/files/a", b"", Content_Type="a/b")

    assert (answer.status, empty.status) == (413, 400)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_records_refer_to_files(asker: Asker) -> None:
    asset, ada = put(asker, "a.txt", b"a"), asker.signup("ada")

    [saved] = ada.save({"_id": "pic/1", "img": asset})
    [refused] = ada.save({"_id": "pic/2", "img": {**asset, "$name": "no"}})

    assert json.dumps(saved["img"]["$url"]).startswith('"http://localhost/files/')
    assert refused["code"] == 10000
