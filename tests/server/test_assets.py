"""Files: announced, sent, fetched by signed URLs; nothing leads out of their folder."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from contextlib import closing
from importlib import import_module
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skysyn import Request
from skysyn.errors import DeclarationError
from skysyn.server import Server, WSGITransport
from skysyn.server.remote_assets import RemoteAssets

from .asking import KEY, Asker, settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from skysyn import Response
    from skysyn.server.assets import Assets


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    """Somebody with a server whose files are in a folder."""
    with Server(settings(assets=tmp_path / "files", max_file=4096)) as server:
        yield Asker(server)


@pytest.fixture(params=["{}/files", "file://{}/files", "memory://{}/files"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Asker]:
    """Somebody with a server whose files are in each kind of place."""
    place = request.param.format(tmp_path)
    with Server(settings(assets=place, max_file=4096)) as server:
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


def test_files_come_back_as_they_were_sent(anywhere: Asker) -> None:
    asset = put(anywhere, "a.txt", b"hello asset")

    whole = send(anywhere, "GET", asset["$url"])
    part = send(anywhere, "GET", asset["$url"], Range="bytes=0-4")

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


def test_signed_urls_cannot_be_changed(anywhere: Asker) -> None:
    asset, other = put(anywhere, "a.txt", b"a"), put(anywhere, "b.txt", b"b")
    url: str = asset["$url"]
    expires = url.partition("expiredAt=")[2].partition("&")[0]

    statuses = [
        send(anywhere, "GET", url.replace(asset["$name"], other["$name"])).status,
        send(anywhere, "GET", url.replace(expires, str(int(expires) + 1))).status,
        send(anywhere, "GET", url.replace(expires, "1")).status,
        send(anywhere, "GET", url.partition("?")[0]).status,
    ]

    assert statuses == [401, 401, 403, 400]


def test_files_have_a_limit_and_leave_nothing_behind(
    asker: Asker, tmp_path: Path
) -> None:
    answer = send(asker, "PUT", "/files/a", b"x" * 5000, Content_Type="a/b")
    empty = send(asker, "PUT", "/files/a", b"", Content_Type="a/b")

    assert (answer.status, empty.status) == (413, 400)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_records_refer_to_files(anywhere: Asker) -> None:
    asset, ada = put(anywhere, "a.txt", b"a"), anywhere.signup("ada")

    [saved] = ada.save({"_id": "pic/1", "img": asset})
    [refused] = ada.save({"_id": "pic/2", "img": {**asset, "$name": "no"}})

    assert json.dumps(saved["img"]["$url"]).startswith('"http://localhost/files/')
    assert refused["code"] == 10000


def test_files_are_replaced_whole_or_not_at_all(anywhere: Asker) -> None:
    asset = put(anywhere, "a.txt", b"first")
    path = f"/files/{asset['$name']}"

    statuses = [
        send(anywhere, "PUT", path, body, Content_Type="a/b").status
        for body in (b"", b"x" * 5000, b"second")
    ]

    assert statuses == [400, 413, 200]
    assert send(anywhere, "GET", asset["$url"]).body == b"second"


def test_any_part_of_a_file_can_be_had(anywhere: Asker) -> None:
    content = bytes(range(256))
    url = put(anywhere, "a.bin", content)["$url"]

    parts = [
        send(anywhere, "GET", url, Range=f"bytes={start}-{stop}")
        for start, stop in [(0, 0), (10, 99), (250, 900), (256, 300)]
    ]

    found = [(part.status, part.body) for part in parts]
    assert found[:3] == [
        (206, content[:1]),
        (206, content[10:100]),
        (206, content[250:]),
    ]
    assert found[3][0] == 416


def test_who_knows_the_name_of_a_public_file_may_have_it(tmp_path: Path) -> None:
    made = settings(assets=tmp_path, asset_public=True)
    with Server(made) as server:
        asset = put(Asker(server), "a b.txt", b"a")
        answer = send(Asker(server), "GET", asset["$url"])

    name = asset["$name"].replace(" ", "%20")
    assert asset["$url"] == f"http://localhost/files/{name}"
    assert (answer.status, answer.body) == (200, b"a")


def test_servers_of_one_master_key_sign_alike_without_telling_it(
    tmp_path: Path,
) -> None:
    urls: list[str] = []
    for secret in (None, None, "other"):
        there = settings(assets=tmp_path, database=str(tmp_path / "db"))
        with Server(attrs.evolve(there, asset_secret=secret)) as server:
            if not urls:
                urls.append(put(Asker(server), "a", b"a")["$url"])
            urls.append(str(send(Asker(server), "GET", urls[0]).status))

    assert urls[1:] == ["200", "200", "401"]


@given(st.text(max_size=300))
def test_names_lead_nowhere_else_in_a_place_by_url(name: str) -> None:
    remote, other = RemoteAssets("memory://names/here", {}), f"{name}x"
    memory: Any = import_module("fsspec").filesystem("memory")
    before = set(memory.find("/"))

    assert remote.store(name, io.BytesIO(b"one")) == 3
    assert remote.store(other, io.BytesIO(b"other")) == 5

    assert content(remote, name) == b"one"
    made = set(memory.find("/")) - before
    memory.rm("/names", recursive=True)
    assert len([path for path in made if path.startswith("/names/here/")]) == 2
    assert len(made) == 2


@pytest.mark.parametrize(
    ("url", "said"),
    [("nothing://bucket", "nothing://"), ("s3://bucket", "s3://…: Install s3fs")],
)
def test_a_place_that_nothing_opens_is_refused(
    url: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(DeclarationError, match=said):
        Server(settings(assets=url))


def content(assets: Assets, name: str) -> bytes | None:
    """Return what is in a file, or None if there is none."""
    found = assets.open(name)
    if found is None:
        return None
    with closing(found):
        return b"".join(found.read(0, found.size))


def stay(_: object, source: str, __: str) -> None:
    """Refuse to move a file."""
    msg = f"{source} stays"
    raise OSError(msg)


@pytest.fixture
def bucket() -> Iterator[Any]:
    """A place that moves no files; by `oss://` they are said to appear whole there."""
    fsspec: Any = import_module("fsspec")
    memory: Any = import_module("fsspec.implementations.memory").MemoryFileSystem
    changes = {"protocol": ("oss", "immobile"), "cachable": False, "mv": stay}
    kind: Any = type("Bucket", (memory,), changes)
    for protocol in ("oss", "immobile"):
        fsspec.register_implementation(protocol, kind, clobber=True)
    made = kind()
    yield made
    for path in kept_in(made):
        made.store.pop(path)


def kept_in(bucket: Any) -> list[str]:
    """Return the paths of what tests put there."""
    return sorted(path for path in bucket.store if "//here/" in path)


def test_where_files_appear_whole_they_are_sent_at_once(bucket: Any) -> None:
    remote = RemoteAssets("oss://here", {})

    remote.store("a/b.txt", io.BytesIO(b"one"))
    remote.store("../c", io.BytesIO(b"two"))

    digest = hashlib.sha256(b"../c").hexdigest()
    assert [path.partition("here/")[2] for path in kept_in(bucket)] == [
        f".named/{digest}",
        "a/b.txt",
    ]
    assert [content(remote, name) for name in ("a/b.txt", "a", "x")] == [
        b"one",
        None,
        None,
    ]


def test_what_cannot_be_put_in_place_leaves_nothing_behind(bucket: Any) -> None:
    remote = RemoteAssets("immobile://here", {})

    with pytest.raises(OSError, match="stays"):
        remote.store("a.txt", io.BytesIO(b"one"))

    assert kept_in(bucket) == []
