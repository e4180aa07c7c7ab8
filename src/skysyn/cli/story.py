"""The story that `skysyn demo` tells: what users write, what travels, what they get."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import attrs
from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from skysyn import ACL, Location, SkygearSession
from skysyn.cli import demo_models
from skysyn.cli.demo_models import Note, Person, Task
from skysyn.errors import QueryError
from skysyn.server import Server, WSGITransport
from skysyn.transport import Request, Response, WrappingTransport, redact_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn.transport import Transport

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
        """Print what is sent, without its secrets."""
        path = urlsplit(request.url).path
        body = json.dumps(redact_json(json.loads(request.body)), ensure_ascii=False)
        self._console.print(Text(f"→ {request.method} {path}", style="cyan"))
        self._console.print(Text(f"  {body}", style="dim cyan"))

    def end(self) -> None:
        """Leave a line below the story."""
        self._console.print()

    def result(self, *lines: object) -> None:
        """Print what comes back."""
        for line in lines:
            self._console.print(Text(f"← {line}", style="green"))


class ShownTransport(WrappingTransport):
    """Shows each request on the stage before it is sent."""

    def __init__(self, inner: WSGITransport, stage: Stage) -> None:
        super().__init__(inner)
        self._stage = stage

    def send(self, request: Request) -> Response:
        """Show *request*, then send it."""
        self._stage.request(request)
        return self.inner.send(request)


def tell(*, plain: bool = False) -> None:
    """Tell the whole story on a local server, which is gone afterwards."""
    stage = Stage(Console(no_color=plain, highlight=False))
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
    with Server() as server:
        prepare(server)
        shown = ShownTransport(WSGITransport(server), stage)
        with log_in(server, "ada", shown):
            for scene in scenes:
                scene(stage)
    stage.end()


def prepare(server: Server) -> None:
    """Sign the users up and store what the story is about."""
    quiet = WSGITransport(server)
    for name in ("ada", "bob"):
        SkygearSession(server.client(), quiet).signup(username=name, password=name)
    with log_in(server, "ada", quiet) as session:
        ann = Person(name="Ann", age=30).with_id("p1")
        ben = Person(name="Ben", age=40).with_id("p2")
        session.save(ann, ben).raise_for_failures()
        session.save(*_tasks(ann, ben)).raise_for_failures()


def _tasks(ann: Person, ben: Person) -> list[Task]:
    here, near = HERE, Location(114.2, 22.3)
    due = datetime(2016, 2, 1, 12, 30, 0, 500_000, tzinfo=UTC)
    return [
        Task(title="alpha", n=1, done=False, loc=here, reviewer=ann).with_id("t1"),
        Task(
            title="Beta", n=2, done=True, due=due, tags=["red"], loc=near, reviewer=ben
        ).with_id("t2"),
        Task(title="gamma", n=3, done=False, reviewer=ann).with_id("t3"),
        Task(title="delta 50%", n=4.5, done=True).with_id("t4"),
    ]


def log_in(server: Server, name: str, transport: Transport) -> SkygearSession:
    """Return a session of the user *name*; the login itself is not shown."""
    session = SkygearSession(server.client(), WSGITransport(server))
    session.login(username=name, password=name)
    return SkygearSession(session.dialect, transport)


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
    note.save()
    note.stars = 4
    note.save()
    stage.result(note, f"updated at {note.updated_at}, changes left: {note.changes}")


def protect(stage: Stage) -> None:
    """Set an access control list."""
    stage.title("6. Say who may read it")
    stage.code("""
        note = Note(title="read me", acl=ACL.public_read()).with_id("n1").save()
    """)
    note = Note(title="read me", acl=ACL.public_read()).with_id("n1").save()
    stage.result(note.acl, f"None, the default access, is not {ACL.owner_only()}")


def survive(stage: Stage) -> None:
    """Save a batch that fails in part."""
    stage.title("7. A batch fails in part, and nothing is lost")
    stage.code("""
        # bob may write his own note, but not ada's
        report = bobs.save(Note(title="mine"), Note(title="ha").with_id("n1"))
    """)
    bobs = _other("bob", Task.__backend__())
    report = bobs.save(Note(title="mine"), Note(title="ha").with_id("n1"))
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


def _other(name: str, backend: object) -> SkygearSession:
    """Return the session of another user over the transport of *backend*."""
    if not isinstance(backend, SkygearSession):
        msg = "the demo runs inside its own session"
        raise TypeError(msg)
    anonymous = attrs.evolve(backend.dialect, access_token=None)
    session = SkygearSession(anonymous, backend.transport)
    session.login(username=name, password=name)
    return session
