"""What an accsyn session cannot be asked is refused before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import skysyn.accsyn
from skysyn import Accsyn, Field, MockTransport, Record, Response, connect
from skysyn.accsyn import Collection, Place, Transfer, User
from skysyn.errors import ConversionError, SkysynError

if TYPE_CHECKING:
    from collections.abc import Callable

# callers have no type checker here
A: Any = skysyn.accsyn
JOB = Transfer.ref("a" * 24)


class Note(Record):
    title: Field[str]


MISUSES: list[tuple[Callable[[Any], object], str]] = [
    (lambda s: s.get(Transfer, 5), "the key of a Transfer is a text or a RecordID"),
    (lambda s: s.get(Transfer, "x"), "'x' is no id"),
    (lambda s: s.fetch(Transfer(name="x")), "is no id"),
    (lambda s: s.query("job"), "'job' is no model"),
    (lambda s: s.query(Note), "Note is a model of skygear"),
    (lambda s: s.save(JOB), "is no record"),
    (lambda s: s.save(Transfer(name="x"), atomic=True), "no atomic batches"),
    (lambda s: s.delete("x"), "is no record or reference"),
    (lambda s: s.event("GET", 5), r"event\(\) takes a uri, such as 'transfer/find'"),
    (lambda s: s.event("NOPE", "x/y"), "is no event"),
    (lambda s: s.event("GET", "transfer/find", id=5), "5 is no id"),
    (lambda s: s.event("GET", "transfer/find", query=5), "query= is text"),
    (lambda s: s.event("GET", "x/find", {"a": object()}), "cannot be written as JSON"),
    (lambda s: s.create(None), r"create\(\) takes what to make: NewTransfer\(…\)"),
    (lambda s: s.create("x"), r"create\(\) takes what to make"),
    (lambda s: s.create_all({}), r"create\(\) takes what to make"),
    (lambda s: s.add_tasks(5, "x"), "an entity or a reference to one is wanted"),
    (lambda s: s.add_tasks(JOB), "no tasks are given"),
    (lambda s: s.add_files(Collection.ref("a" * 24), 5), "5 is no path"),
    (lambda s: s.activate("user", "x"), "'user' is no model"),
    (lambda s: s.activate(User, 5), "text is wanted that names something, not 5"),
    (lambda s: s.deactivate(User), "is no record or reference"),
    (lambda s: s.deactivate(None), "None is no record or reference"),
    (lambda s: s.delete_by_force(None), "None is no record"),
    (lambda s: s.delete_by_force(Transfer), "is no record"),
    (lambda s: s.generate_session_key("x"), "lifetime is a number of seconds, not 'x'"),
    (lambda s: s.generate_session_key(0), "not 0"),
    (lambda s: s.load(None, []), "None is no model"),
    (lambda s: s.load(Transfer, 5), "entities are wanted, not 5"),
    (lambda s: s.files.delete(None), "None is no path"),
    (lambda s: s.settings.get(5), "a setting has a name"),
    (lambda s: s.settings.get("x", of=5), "5 is no entity"),
    (lambda s: s.settings.set("x", 5), "the value of a setting is text, not 5"),
    (lambda s: s.access.grant(None, None), "a reference to one is wanted, not None"),
    (lambda _: A.raw(5), r"raw\(\) takes text in accsyn's query language, not 5"),
]


@pytest.mark.parametrize(("misuse", "words"), MISUSES)
def test_a_misuse_is_refused_and_nothing_is_sent(
    misuse: Callable[[Any], object], words: str
) -> None:
    transport = MockTransport(lambda _: Response(200, {}, b"{}"))
    settings = Accsyn("w", username="u", session_key="x", hostname="127.0.0.1")
    session = connect(settings, transport=transport)

    with pytest.raises(SkysynError, match=words):
        misuse(session)
    assert transport.requests == []


@pytest.mark.parametrize(
    ("misuse", "words"),
    [
        (lambda: A.Place.on("nope", "x"), "there are share, volume, folder"),
        (lambda: A.Place.on("volume", 5), "5 is no name"),
        (lambda: A.Place.at("nope", "x"), "there are site, client, user, code"),
        (lambda: A.Place(5), "5 is no path"),
        (lambda: A.Place("x", root="y"), r"write Place\.on\('share', 'proj'\)"),
        (lambda: A.Place("x", host="y"), r"write Place\.at\('site', 'berlin'\)"),
        (lambda: A.Place("x") / 5, "5 is no name below x"),
        (lambda: A.Place.parse(5), "5 names no place"),
        (lambda: A.NewTransfer(tasks=5), r"it holds several: write \[5\]"),
        (lambda: A.NewTransfer(tasks="x"), r"it holds several: write \['x'\]"),
        (
            lambda: A.NewTransfer(source="x", settings=[1]),
            r"a dict of texts, not \[1\]",
        ),
        (lambda: A.NewTransfer(source=5), "5 is no place"),
    ],
)
def test_nothing_is_made_of_a_wrong_part(
    misuse: Callable[[], object], words: str
) -> None:
    with pytest.raises(ConversionError, match=words):
        misuse()


def test_a_place_that_is_right_is_made() -> None:
    assert str(Place.on("share", "proj") / "a") == "share=proj/a"
