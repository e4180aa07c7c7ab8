"""Several pieces of cloud code in one server are asked as one."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from skysyn import Request
from skysyn.cloud import App, DictAssets, Joined, Options, PlainRecord, load_codes
from skysyn.cloud.joining import join
from skysyn.errors import DeclarationError, StateError
from skysyn.server import Server, WSGITransport
from tests.server.asking import Asker, settings

from .test_replies import Code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from skysyn.models import JSON
    from skysyn.server.cloud import CloudCode

OP = "from skysyn.cloud import op\n\n@op('{0}')\ndef {0}():\n    return '{1}'\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two folders of cloud code, in which no compiled files are kept."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def apps() -> tuple[App, App]:
    return App(Options()), App(Options())


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Asker]]:
    """Returns who asks a new server that runs the codes it is given."""
    servers: list[Server] = []

    def start(*codes: CloudCode) -> Asker:
        joined = Joined({f"code {n}": code for n, code in enumerate(codes, 1)})
        made = Server(settings(database=str(tmp_path / "db")), joined)
        servers.append(made)
        return Asker(made)

    yield start
    for server in servers:
        server.close()


def page(asker: Asker, path: str, method: str = "GET") -> tuple[int, bytes]:
    """Return the status and body that answer a request to *path*."""
    request = Request(method, f"http://localhost{path}")
    response = WSGITransport(asker.server).send(request)
    return response.status, response.body


def test_each_code_answers_what_it_offers(
    apps: tuple[App, App], serve: Callable[..., Asker]
) -> None:
    first, second = apps
    first.op("first")(lambda: 1)
    second.op("second")(lambda: 2)
    first.handler("page", method="GET")(lambda request: "got")
    second.handler("page", method="POST")(lambda request: "posted")

    asker = serve(first, second)

    assert [asker.result(name) for name in ("first", "second")] == [1, 2]
    assert page(asker, "/page") == (200, b"got")
    assert page(asker, "/page", "POST") == (200, b"posted")


def test_what_two_codes_offer_by_one_name_is_the_laters(
    apps: tuple[App, App],
    serve: Callable[..., Asker],
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, second = apps
    first.op("same")(lambda: 1)
    second.op("same")(lambda: 2)
    first.handler("page", method="GET")(lambda request: 1)
    second.handler("page", method="GET")(lambda request: 2)

    asker = serve(*apps)

    assert asker.result("same") == 2
    assert page(asker, "/page") == (200, b"2")
    assert [record.getMessage() for record in caplog.records] == [
        "op same is now that of code 2, which is loaded later",
        "handler page is now that of code 2, which is loaded later",
    ]


def test_hooks_of_all_codes_run_in_the_order_of_the_codes(
    apps: tuple[App, App], serve: Callable[..., Asker]
) -> None:
    def add(word: str) -> Callable[[PlainRecord], None]:
        def change(record: PlainRecord) -> None:
            record["said"] = f"{record['said']} {word}"

        return change

    for app, word in zip(apps, ("one", "two"), strict=True):
        app.before_save("note", name=word)(add(word))

    [saved] = serve(*apps).signup("ada").save({"_id": "note/1", "said": "zero"})

    assert saved["said"] == "zero one two"


def test_all_codes_are_told_of_events(
    apps: tuple[App, App], serve: Callable[..., Asker]
) -> None:
    told: list[int] = []
    for number, app in enumerate(apps):

        @app.event("server-ready")
        def ready(config: object, number: int = number) -> None:
            told.append(number)

    serve(*apps)

    assert told == [0, 1]


def test_a_code_that_fails_at_an_event_keeps_it_from_no_other(
    apps: tuple[App, App], serve: Callable[..., Asker]
) -> None:
    first, second = apps
    told: list[object] = []

    @first.event("server-ready")
    def fail(config: object) -> None:
        msg = "never"
        raise ValueError(msg)

    @second.event("server-ready")
    def ready(config: object) -> None:
        told.append(config)

    serve(first, second)

    assert len(told) == 1


def test_files_of_all_codes_are_served(serve: Callable[..., Asker]) -> None:
    first, second = (App(Options(serve_static_assets=True)) for _ in range(2))
    first.static_assets("a")(lambda: DictAssets({"x.txt": b"1", "y.txt": b"1"}))
    second.static_assets("a")(lambda: DictAssets({"x.txt": b"2"}))

    asker = serve(first, second)

    assert page(asker, "/static/a/x.txt") == (200, b"2")
    assert page(asker, "/static/a/y.txt") == (200, b"1")
    assert page(asker, "/static/a/z.txt")[0] == 404


def test_a_server_that_began_before_the_code_is_answered(
    apps: tuple[App, App],
) -> None:
    first, second = apps
    second.op("second")(lambda: 2)
    joined = Joined({"first": first, "second": second})

    def call(name: str) -> Any:
        return joined.answer({"kind": "op", "name": name, "param": {"args": []}})

    assert call("second") == {"result": 2}
    assert call("third")["error"]["code"] == 117


OFFERS: list[JSON] = ["text", {"op": 1}, {"op": [1]}]


@pytest.mark.parametrize("offers", OFFERS)
def test_a_code_that_does_not_say_what_it_offers_is_named(
    apps: tuple[App, App], serve: Callable[..., Asker], offers: JSON
) -> None:
    with pytest.raises(DeclarationError, match="code 2 does not say what it offers"):
        serve(apps[0], Code({}, offers))


def test_a_code_that_cannot_start_ends_the_start(
    apps: tuple[App, App], serve: Callable[..., Asker]
) -> None:
    @apps[1].static_assets("a")
    def wrong() -> Any:
        return 5

    apps[1].options.serve_static_assets = True

    with pytest.raises(Exception, match="returned 5"):
        serve(*apps)


def test_why_code_does_not_start_is_told_who_asks_it_later(
    apps: tuple[App, App],
) -> None:
    @apps[1].static_assets("a")
    def wrong() -> Any:
        return 5

    apps[1].options.serve_static_assets = True
    joined = Joined({"first": apps[0], "second": apps[1]})

    reply: Any = joined.answer({"kind": "op", "name": "any", "param": {"args": []}})

    assert reply["error"]["code"] == 10000
    assert "returned 5" in reply["error"]["message"]


def test_a_code_that_cannot_be_closed_keeps_no_other_open() -> None:
    closed: list[str] = []

    class Closing(Code):
        def close(self) -> None:
            closed.append("closed")
            msg = "never"
            raise OSError(msg)

    codes = {name: Closing({}, None) for name in ("first", "second", "third")}

    with pytest.raises(OSError, match="never"):
        Joined(codes).close()

    assert closed == ["closed"] * 3


def test_one_code_is_not_joined(apps: tuple[App, App]) -> None:
    assert join({"app.py": apps[0]}) is apps[0]


def test_files_of_one_name_are_apps_of_their_own(folder: Path) -> None:
    hook = "from skysyn.cloud import after_save\n\n@after_save('note')\ndef f(r): ...\n"
    files = [str(folder / name / "app.py") for name in ("first", "second")]
    for file in files:
        with open(file, "w") as opened:  # noqa: PTH123  # a text
            opened.write(hook)

    loaded = load_codes(files)

    names = [list(app.registry.hooks) for app in loaded.values()]
    assert list(loaded) == files
    assert names == [[".app.f"], [".app:2.f"]]


def test_a_module_that_two_codes_import_is_one(folder: Path) -> None:
    (folder / "shared_one.py").write_text(OP.format("shared", 1) + "KEPT = []\n")
    for name in ("a", "b"):
        code = f"import shared_one\nshared_one.KEPT.append('{name}')\n"
        (folder / f"{name}.py").write_text(code)

    loaded = load_codes([str(folder / "a.py"), str(folder / "b.py")])

    assert [list(app.registry.ops) for app in loaded.values()] == [["shared"], []]
    assert sys.modules["shared_one"].KEPT == ["a", "b"]


def test_modules_of_one_name_in_two_folders_are_refused(folder: Path) -> None:
    for name in ("first", "second"):
        (folder / name / "beside_it.py").write_text(OP.format(name, name))
        (folder / name / f"{name}.py").write_text("import beside_it\n")
    files = [str(folder / name / f"{name}.py") for name in ("first", "second")]

    with pytest.raises(DeclarationError, match="are both the module 'beside_it'"):
        load_codes(files)

    assert "beside_it" not in sys.modules


def test_no_code_is_kept_of_several_of_which_one_fails(folder: Path) -> None:
    (folder / "a.py").write_text("import good_one\n")
    (folder / "good_one.py").write_text(OP.format("good", 1))
    (folder / "b.py").write_text("this is no Python\n")

    with pytest.raises(SyntaxError):
        load_codes([str(folder / "a.py"), str(folder / "b.py")])

    assert "good_one" not in sys.modules


def test_outside_of_a_load_nothing_can_register(folder: Path) -> None:
    (folder / "a.py").write_text("from skysyn.cloud import op\nLATER = op('later')\n")

    load_codes([str(folder / "a.py")])

    with pytest.raises(StateError):
        sys.modules[".a"].LATER(lambda: None)
