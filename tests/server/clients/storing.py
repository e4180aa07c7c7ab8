"""Our own client's story, first half: users, record types, records and searches."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from skysyn import ACL, Location, Sequence

from .cast import (
    HERE,
    Author,
    Issue,
    Note,
    Paper,
    Value,
    Wrong,
    ada,
    ask,
    bob,
    client,
    eve,
    master,
    paper,
    save,
)
from .steps import STEPS, know, refused, same, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from skysyn import Predicate, RecordQuery, Report

EMAIL = "bob@example.com"


@step
def sign_up_with_a_username() -> None:
    made = ada.signup(username="ada", password="secret", profile={"town": "London"})
    know.ada = made.user_id
    same((made.profile["username"], made.profile["town"]), ("ada", "London"))


@step
def sign_up_with_an_email_address() -> None:
    made = bob.signup(email=EMAIL, password="secret")
    know.bob = made.user_id
    same(made.profile["email"], EMAIL)


@step
def sign_up_without_a_name() -> None:
    same("username" in eve.signup().profile, False)


@step
def a_taken_name_is_refused() -> None:
    refused(109, client().signup, username="ADA", password="other")


@step
def ask_who_one_is() -> None:
    same(ada.me().user_id, know.ada)


@step
def log_out() -> None:
    know.token = bob.dialect.access_token
    bob.logout()
    same(bob.dialect.access_token, None)


@step
def nobody_may_save() -> None:
    refused(101, save, bob, Paper(text="x"), "x")


@step
def a_session_that_ended_is_refused() -> None:
    refused(104, client(token=know.token).me)


@step
def a_wrong_password_is_refused() -> None:
    refused(105, bob.login, email=EMAIL, password="wrong")


@step
def a_user_who_does_not_exist_is_refused() -> None:
    refused(110, bob.login, username="nobody", password="secret")


@step
def a_wrong_key_is_refused() -> None:
    refused(103, client("wrong").login, username="ada", password="secret")


@step
def log_in() -> None:
    same(bob.login(email=EMAIL, password="secret").user_id, know.bob)


@step
def change_the_password() -> None:
    refused(105, ada.change_password, "wrong", "better")
    ada.change_password("secret", "better")
    same(ada.login(username="ada", password="better").user_id, know.ada)


@step
def reset_a_password() -> None:
    master.reset_password(know.bob, "new")
    bob.login(email=EMAIL, password="new")


@step
def a_disabled_user_may_not_log_in() -> None:
    master.disable(know.bob, message="be patient")
    refused(127, bob.login, email=EMAIL, password="new")
    master.enable(know.bob)
    bob.login(email=EMAIL, password="new")


def author_fields(answer: Any) -> list[str]:
    return [found["name"] for found in answer["record_types"]["author"]["fields"]]


@step
def make_a_record_type() -> None:
    fields = [{"name": "nam", "type": "string"}, {"name": "age", "type": "integer"}]
    made = ask(master, "schema:create", record_types={"author": {"fields": fields}})
    same(author_fields(made), ["age", "nam"])


@step
def rename_a_field() -> None:
    change = {"record_type": "author", "item_name": "nam", "new_name": "name"}
    same(author_fields(ask(master, "schema:rename", **change)), ["age", "name"])


@step
def delete_a_field() -> None:
    ask(master, "schema:delete", record_type="author", item_name="age")
    same(author_fields(ask(master, "schema:fetch")), ["name"])


@step
def save_values_of_every_type() -> None:
    know.ann = save(ada, Author(name="Ann"), "ann")
    know.ben = save(ada, Author(name="Ben"), "ben")
    values: dict[str, Any] = {
        "text": "naïve ☃",
        "whole": 7,
        "part": 2.5,
        "yes": True,
        "no": False,
        "items": [1, "two", None],
        "tree": {"a": {"b": [1]}},
        "at": datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        "here": HERE,
        "author": know.ann,
    }
    know.values = values
    saved = save(ada, Value(**values), "v1")
    same((saved.owner_id, saved.created_by), (know.ada, know.ada))


@step
def read_values_of_every_type() -> None:
    found = ada.get(Value, "v1")
    same({name: getattr(found, name) for name in know.values}, know.values)


@step
def an_update_keeps_what_is_not_sent() -> None:
    value = ada.get(Value, "v1")
    value.whole = 8
    ada.save(value).raise_for_failures()
    found = ada.get(Value, "v1")
    same((found.whole, found.text), (8, "naïve ☃"))


@step
def a_field_is_emptied() -> None:
    value = ada.get(Value, "v1")
    value.part = None
    ada.save(value).raise_for_failures()
    same(ada.get(Value, "v1").part, None)


@step
def a_value_of_another_type_is_refused() -> None:
    refused(114, save, ada, Wrong(whole="seven"), "v2")


@step
def records_are_numbered() -> None:
    wanted: list[int | Sequence] = [Sequence(), 41, Sequence()]
    saved = [save(ada, Issue(number=n), f"i{i}").number for i, n in enumerate(wanted)]
    same(saved, [1, 41, 42])


@step
def a_number_twice_is_refused() -> None:
    refused(109, save, ada, Issue(number=41), "i9")


def both(name: str) -> tuple[Author, Paper]:
    return Author(name=name).with_id("ann"), Paper(text="mine").with_id("locked")


def codes(report: Report[Any]) -> list[int | None]:
    return [getattr(failure.error, "code", None) for failure in report.failed]


@step
def some_of_a_batch_fail() -> None:
    paper(ada, "locked", ACL.owner_only())
    report = bob.save(*both("Anna"))
    same(([one.id.key for one in report.saved], codes(report)), (["ann"], [102]))


@step
def an_atomic_batch_is_whole_or_nothing() -> None:
    report = bob.save(*both("Nobody"), atomic=True)
    same((len(report.failed), 102 in codes(report)), (2, True))
    same(ada.get(Author, "ann").name, "Anna")


@step
def save_what_is_searched() -> None:
    near, far = Location(114.17, 22.3), Location(139.69, 35.68)
    notes = [
        Note(title="alpha", tags=["a", "b"], where=HERE, author=know.ann),
        Note(title="Beta", tags=["b"], where=near, author=know.ben),
        Note(title="gamma", tags=["c"], where=far),
        Note(title="delta"),
        Note(title="50%", author=know.ann),
    ]
    for n, note in enumerate(notes, start=1):
        note.n, note.at = n, datetime(2026, 1, n, tzinfo=UTC)
    named = [note.with_id(f"n{note.n}") for note in notes]
    same(ada.save(*named).is_complete, True)


NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
AWAY = Note.where.distance_to(HERE)
SEARCHES: dict[str, tuple[Callable[[], Predicate], str]] = {
    "equal to": (lambda: Note.title == "Beta", "2"),
    "not equal to": (lambda: Note.n != 1, "2345"),
    "greater than": (lambda: Note.n > 3, "45"),
    "greater than or equal to": (lambda: Note.n >= 4, "45"),
    "less than": (lambda: Note.n < 2, "1"),
    "less than or equal to": (lambda: Note.n <= 2, "12"),
    "before a time": (lambda: Note.at < NOON, "12"),
    "like": (lambda: Note.title.like("%lpha"), "1"),
    "not like": (lambda: ~Note.title.like("%a"), "5"),
    "like in any case": (lambda: Note.title.ilike("b%"), "2"),
    "one of": (lambda: Note.n.is_in([1, 3]), "13"),
    "none of": (lambda: ~Note.n.is_in([1, 3]), "245"),
    "a list with": (lambda: Note.tags.contains("b"), "12"),
    "a list without": (lambda: ~Note.tags.contains("b"), "3"),
    "and": (lambda: (Note.n > 1) & (Note.n < 4), "23"),
    "or": (lambda: (Note.n == 1) | (Note.title == "gamma"), "13"),
    "not": (lambda: ~(Note.n > 2), "12"),
    "nothing": (lambda: Note.author == None, "34"),
    "a reference": (lambda: Note.author == know.ann, "15"),
    "a field of a reference": (lambda: Note.author.to.name == "Ben", "2"),
    "nearer than": (lambda: AWAY < 5000, "12"),
    "farther than": (lambda: AWAY > 1000000, "3"),
}


def search(name: str) -> None:
    where, numbers = SEARCHES[name]
    found = notes().filter(where()).order_by(Note.n)
    same([note.id.key for note in found.all()], [f"n{n}" for n in numbers])


for _name in SEARCHES:
    STEPS.append((f"search: {_name}", partial(search, _name)))


def notes() -> RecordQuery[Note]:
    return ada.query(Note)


@step
def sort() -> None:
    same([note.n for note in notes().order_by(Note.n.desc()).all()], [5, 4, 3, 2, 1])


@step
def sort_by_distance() -> None:
    found = notes().filter(Note.n < 4).order_by(AWAY.desc())
    same([note.n for note in found.all()], [3, 2, 1])


@step
def page_by_page() -> None:
    pages = notes().order_by(Note.n).pages(2)
    same([[note.n for note in page] for page in pages], [[1, 2], [3, 4], [5]])


@step
def count() -> None:
    found, in_all = notes().filter(Note.n > 1).limit(1).page()
    same((len(found), in_all), (1, 4))


@step
def include_what_is_referenced() -> None:
    query = notes().filter(Note.n.is_in([2, 3])).order_by(Note.n).include(Note.author)
    note, none = query.all()
    author = note.author
    same(author is not None and author.is_loaded and author.load().name, "Ben")
    same(none.author, None)


@step
def include_the_distance() -> None:
    note = notes().filter(Note.n == 2).include(far=AWAY).one()
    far = note.transient["far"]
    same(isinstance(far, float) and 1500 < far < 2500, True)


@step
def what_is_referenced_cannot_be_deleted() -> None:
    same(codes(ada.delete(know.ann)), [113])


@step
def delete() -> None:
    note = ada.get(Note, "n5")
    again = ada.get(Note, "n5")
    same(ada.delete(note).is_complete, True)
    same(codes(ada.delete(again)), [110])
