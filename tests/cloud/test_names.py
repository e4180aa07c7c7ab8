"""What is registered without a name takes none from what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.cloud import App, Options
from skysyn.cloud.context import Running, entered
from skysyn.compat import skygear

if TYPE_CHECKING:
    from .conftest import Serve

HERE = "tests.cloud.test_names"


def test_a_function_with_two_decorators_runs_for_both(app: App, serve: Serve) -> None:
    ran: list[str] = []

    @app.after_save("note")
    @app.after_save("task")
    def note_it(record: object) -> None:
        ran.append(type(record).__name__)

    ada = serve()
    ada.save({"_id": "note/1"}, {"_id": "task/1"})

    assert ran == ["PlainRecord"] * 2


def test_names_of_lambdas_are_numbered() -> None:
    app = App(Options())
    for seconds in (1, 2, 3):
        app.every(seconds)(lambda: None)

    lambda_ = f"{HERE}.<lambda>"
    assert list(app.registry.timers) == [lambda_, f"{lambda_}:2", f"{lambda_}:3"]


def test_a_name_that_is_given_again_is_replaced() -> None:
    app = App(Options())
    app.before_save("note", name="check")(lambda record: None)
    app.before_save("task", name="check")(lambda record: None)

    assert [hook.record_type for hook in app.registry.hooks.values()] == ["task"]


def test_a_function_of_the_original_with_two_decorators_runs_for_both() -> None:
    app = App(Options())

    def clean(record: object, db: object) -> None: ...

    with entered(Running(app)):
        skygear.before_delete("task")(skygear.before_delete("note")(clean))

    found = [(hook.name, hook.record_type) for hook in app.registry.hooks.values()]
    assert found == [(f"{HERE}.clean", "note"), (f"{HERE}.clean:2", "task")]
