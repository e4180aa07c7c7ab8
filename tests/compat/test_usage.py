"""Decorators that are used wrongly say how they are used; the original was silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from skysyn.cloud import App, Options
from skysyn.cloud.context import Running, entered
from skysyn.compat import skygear
from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

untyped: Any = skygear


@pytest.fixture(autouse=True)
def app() -> Iterator[App]:
    """An app that is being loaded."""
    app = App(Options())
    with entered(Running(app)):
        yield app


def function(*_: object) -> None:
    """Do nothing."""


async def later(*_: object) -> None:
    """Do nothing, later."""


BARE: list[tuple[Callable[[Any], object], str]] = [
    (untyped.op, '@op needs a name, not function: write @op("name")'),
    (untyped.handler, '@handler needs a name, not function: write @handler("name")'),
    (untyped.event, '@event needs a name, not function: write @event("name")'),
    (untyped.rest, '@rest needs a name, not function: write @rest("name")'),
    (
        untyped.exception_handler,
        "not function: write @exception_handler(ValueError)",
    ),
    (
        untyped.before_save,
        'needs the name of a record type, not function: write @before_save("note")',
    ),
    (untyped.after_save, '@after_save("note")'),
    (untyped.before_delete, '@before_delete("note")'),
    (untyped.after_delete, '@after_delete("note")'),
    (untyped.every, "@every needs a schedule, not function: write @every(60)"),
    (
        untyped.static_assets,
        'needs a path below /static/, not function: write @static_assets("pictures")',
    ),
]


@pytest.mark.parametrize(("decorator", "said"), BARE)
def test_a_decorator_without_parentheses_says_how_it_is_written(
    decorator: Callable[[Any], object], said: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        decorator(function)

    assert str(caught.value).endswith(said)


REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: untyped.hook("beforeSave", type=None), '"beforeSave", type="note"'),
    (lambda: untyped.handler("/"), "needs a name"),
    (lambda: untyped.every("soon"), "'soon' is no schedule"),
    (lambda: untyped.op("later")(later), "coroutine"),
    (lambda: untyped.before_save("note")(later), "coroutine"),
    (lambda: untyped.after_delete("note")(later), "coroutine"),
]


@pytest.mark.parametrize(("use", "said"), REFUSED)
def test_what_would_never_run_is_refused(use: Callable[[], object], said: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        use()

    assert said in str(caught.value)


def test_nothing_is_registered_by_what_is_refused(app: App) -> None:
    for use, _ in REFUSED:
        with pytest.raises(DeclarationError):
            use()

    assert app.registry == App(Options()).registry
