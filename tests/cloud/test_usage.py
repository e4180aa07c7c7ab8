"""Decorators that are used wrongly say how they are used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from skysyn import Record
from skysyn.cloud import App, Options
from skysyn.cloud.assets import loaders
from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from collections.abc import Callable


def function() -> None:
    """Do nothing."""


class Note(Record):
    """A record."""


class Plain:
    """A class that is nothing else."""


WRONG: list[tuple[Callable[[Any], object], str]] = [
    (lambda app: app.op(function), '@op needs a name, not function: write @op("name")'),
    (lambda app: app.op(""), "@op needs a name, not ''"),
    (lambda app: app.handler(function), "@handler needs a name"),
    (lambda app: app.event(function), "@event needs a name"),
    (lambda app: app.rest(Plain), "@rest needs a name, not Plain"),
    (lambda app: app.before_save(function), '(Note) or @before_save("note")'),
    (lambda app: app.after_save(Plain), "@after_save needs a Record class or the name"),
    (lambda app: app.before_delete(Record), "@before_delete needs a Record class"),
    (lambda app: app.after_delete(""), "@after_delete needs a Record class"),
    (lambda app: app.hook("beforeSave", type=None), '@hook("beforeSave", type="note")'),
    (lambda app: app.hook("beforeSave", type=Note), "needs the name of a record type"),
    (lambda app: app.every(function), "not function: write @every(60)"),
    (lambda app: app.static_assets(function), 'write @static_assets("pictures")'),
    (lambda app: app.rest("plain")(Plain), "Plain answers nothing"),
    (lambda app: app.provides("auth", "x")(Plain), "Plain is no provider"),
    (lambda app: app.provides("keys", "x"), "nothing to provide"),
    (lambda app: app.exception_handler(function), "needs a class of exceptions"),
]


@pytest.mark.parametrize(("use", "said"), WRONG)
def test_a_decorator_that_is_used_wrongly_says_how_it_is_used(
    use: Callable[[Any], object], said: str
) -> None:
    with pytest.raises(DeclarationError) as caught:
        use(App(Options()))

    assert said in str(caught.value)


def test_assets_that_are_no_files_are_named() -> None:
    app: Any = App(Options())
    app.static_assets("pictures")(function)

    with pytest.raises(DeclarationError, match=r"'pictures'.*returned None"):
        loaders(app)
