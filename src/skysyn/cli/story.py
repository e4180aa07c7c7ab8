"""The story that `skysyn demo` tells: what users write, what travels, what they get."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from skysyn import ACL, Location, Skygear, SkygearSession
from skysyn.cli import demo_models
from skysyn.cli.demo_models import Note, Task
from skysyn.cli.tape import open_tape
from skysyn.errors import QueryError
from skysyn.transport import MockTransport, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Location(114.17, 22.32)


class Stage:
    """Prints code, requests and results."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def title(self, text: str) -> None:
        """Print the headline of a scene."""
        self._console.print()
        self._console.rule(Text(text, style="bold"), align="left")

    def code(self, text: str) -> None:
        """Print Python code."""
        shown = Syntax(inspect.cleandoc(text), "python", background_color="default")
        self._console.print(shown)

    def request(self, request: Request) -> None:
        """Print what is sent."""
        path = request.url.removeprefix("https://app.example.com")
        body = json.dumps(json.loads(request.body), ensure_ascii=False)
        self._console.print(Text(f"→ {request.method} {path}", style="cyan"))
        self._console.print(Text(f"  {body}", style="dim cyan"))

    def result(self, *lines: object) -> None:
        """Print what comes back."""
        for line in lines:
            self._console.print(Text(f"← {line}", style="green"))


def tell(*, plain: bool = False) -> None:
    """Tell the whole story; every answer was given by a real server."""
    console = Console(no_color=plain, highlight=False)
    stage = Stage(console)
    tape = open_tape()

    def answer(request: Request) -> Response:
        stage.request(request)
        return tape.send(request)

    settings = Skygear("https://app.example.com", api_key="demo", access_token="demo")  # noqa: S106  # nobody's
    session = SkygearSession(settings, MockTransport(answer))
    scenes: list[Callable[[Stage], None]] = [
        declare,
        ask,
        follow,
        measure,
        change,
        protect,
        survive,
        refuse,
    ]
    with session:
        for scene in scenes:
            scene(stage)
    console.print()


def declare(stage: Stage) -> None:
    """Show the models."""
    stage.title("1. Declare models: plain annotations, checked by mypy and pyright")
    source = inspect.getsource(demo_models)
    stage.code(source[source.index("class Person") :])


def ask(stage: Stage) -> None:
    """Query with conditions."""
    stage.title("2. Ask with typed conditions")
    stage.code("""
        Task.query().filter(Task.n > 1, Task.done == True).order_by(Task.id).all()
    """)
    found = Task.query().filter(Task.n > 1, Task.done == True).order_by(Task.id).all()
    stage.result(*found, f"found[0].due is {found[0].due!r}")


def follow(stage: Stage) -> None:
    """Bring references along."""
    stage.title("3. Bring references along: one request, no hidden ones later")
    stage.code("""
        tasks = Task.query().include(Task.reviewer).order_by(Task.id).all()
        {task.title: task.reviewer.load().name for task in tasks if task.reviewer and …}
    """)
    tasks = Task.query().include(Task.reviewer).order_by(Task.id).all()
    names = {
        task.title: task.reviewer.load().name
        for task in tasks
        if task.reviewer is not None and task.reviewer.is_loaded
    }
    stage.result(names)


def measure(stage: Stage) -> None:
    """Include a distance."""
    stage.title("4. Let the server measure")
    stage.code("""
        away = Task.loc.distance_to(Location(114.17, 22.32))
        Task.query().include(distance=away).order_by(Task.id).all()
    """)
    away = Task.loc.distance_to(HERE)
    tasks = Task.query().include(distance=away).order_by(Task.id).all()
    for task in tasks:
        if "distance" in task.transient:
            stage.result(f"{task.title}: {task.transient['distance']} m")


def change(stage: Stage) -> None:
    """Save only what changed."""
    stage.title("5. Save: whole when new, then only what changed")
    stage.code("""
        note = Note(title="T", body="B", stars=3, tags=["a", "b"], done=False)
        note.save()
        note.stars = 4
        note.save()
    """)
    note = Note(title="T", body="B", stars=3, tags=["a", "b"], done=False)
    note = note.with_id("ac241878-b103-5ac1-8018-52073011edac").save()
    note.stars = 4
    note.save()
    stage.result(note, f"updated at {note.updated_at}, changes left: {note.changes}")


def protect(stage: Stage) -> None:
    """Set an access control list."""
    stage.title("6. Say who may read it")
    stage.code("""
        Note(title="ro", acl=ACL.public_read()).save()
    """)
    note = Note(title="ro", acl=ACL.public_read())
    note.with_id("c130649e-4003-5923-8141-09b6fbf4d7a8").save()
    stage.result(note.acl, f"None, the default access, is not {ACL.owner_only()}")


def survive(stage: Stage) -> None:
    """Save a batch that fails in part."""
    stage.title("7. A batch fails in part, and nothing is lost: another user saves two")
    stage.code("""
        report = session.save(Note(title="a9"), Note(title="hack"))
    """)
    mine = Note(title="a9").with_id("545a5ce0-ac67-5d40-8064-54bca51858d8")
    theirs = Note(title="hack").with_id("c130649e-4003-5923-8141-09b6fbf4d7a8")
    report = _session().save(mine, theirs)
    stage.result(f"saved:  {report.saved}")
    for failure in report.failed:
        stage.result(f"failed: {failure.record} {failure.error!r}")


def refuse(stage: Stage) -> None:
    """Show what never gets as far as the network."""
    stage.title("8. What the service would misunderstand is never sent")
    stage.code("""
        Task.query().filter(Task.id == "task/t1")
    """)
    try:
        Task.query().filter(Task.id == "task/t1")
    except QueryError as error:
        stage.result(f"QueryError: {error}")


def _session() -> SkygearSession:
    session = Task.__backend__()
    if not isinstance(session, SkygearSession):
        msg = "the demo runs inside its own session"
        raise TypeError(msg)
    return session
