"""What cannot be asked of a field is refused."""

from __future__ import annotations

import operator
from typing import Any

import pytest

from skysyn.errors import QueryError
from skysyn.models import AnyExpr, Contains, Matches, Predicate, StrExpr, TextExpr

from .errands import ANY, NAN, NOON, Condition, Errand, Person, compare, path


@pytest.mark.parametrize(
    "condition",
    [Errand.title == "x", Errand.title.like("x"), ~(Errand.count > 1)],
)
def test_conditions_have_no_truth_value(condition: Predicate) -> None:
    with pytest.raises(TypeError, match="no truth value"):
        bool(condition)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ANY.title == 3,
        lambda: ANY.title != b"x",
        lambda: ANY.title < 3,
        lambda: ANY.title.is_in([3]),
        lambda: ANY.done == "yes",
        lambda: ANY.done == 1,
        lambda: ANY.count == "1",
        lambda: ANY.count == True,
        lambda: ANY.count > NAN,
        lambda: ANY.number == "1",
        lambda: ANY.ratio == "1",
        lambda: ANY.due == "2026-01-02",
        lambda: ANY.due < NOON.replace(tzinfo=None),
        lambda: ANY.state == "open",
        lambda: ANY.person == Errand.ref("e-1"),
        lambda: ANY.person == 7,
        lambda: ANY.person == "person/p-1",
        lambda: ANY.person.is_in([Errand.ref("e-1")]),
        lambda: ANY.id == Person.ref("p-1"),
        lambda: ANY.id == "errand/e-1",
        lambda: ANY.owner_id == 7,
        lambda: ANY.place == 7,
    ],
)
def test_an_operand_of_the_wrong_type_is_refused(wrong: Condition) -> None:
    with pytest.raises(QueryError, match=r"Errand\."):
        wrong()


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (lambda: ANY.title < None, r"title\.is_null\(\)"),
        (lambda: ANY.due >= None, r"due\.is_null\(\)"),
        (lambda: ANY.note.is_in(["a", None]), r"never finds None"),
        (lambda: ANY.person.is_in([None]), r"never finds None"),
        (lambda: ANY.title.is_in("ab"), r"takes several values"),
        (Errand.person.to.name.asc, "sorting follows no references"),
        (Errand.person.to.name.desc, "sorting follows no references"),
        (lambda: ANY.person.related("enemy", "mutual"), "no relation 'enemy'"),
        (lambda: ANY.person.related("friend", "both"), "no direction 'both'"),
    ],
)
def test_what_no_service_can_be_asked_is_refused(wrong: Condition, text: str) -> None:
    with pytest.raises(QueryError, match=text):
        wrong()


def test_like_is_for_text_only() -> None:
    number: StrExpr[str] = StrExpr(Errand.count.path, Errand.count.spec)

    with pytest.raises(QueryError, match="not text"):
        number.like("1%")


def test_text_of_entities_is_searched_and_matched() -> None:
    text: TextExpr[str] = TextExpr(Errand.title.path, Errand.title.spec)

    found = [text.contains("x"), text.matches("^x"), text > "x"]

    assert found == [
        Contains(path("title"), "x"),
        Matches(path("title"), "^x"),
        compare("gt", "title", "x"),
    ]


@pytest.mark.parametrize("name", ["like", "contains", "to", "within", "upper"])
def test_a_field_has_the_methods_of_its_type_only(name: str) -> None:
    expression: AnyExpr = Errand.done

    assert not hasattr(expression, name)


def test_an_unknown_method_is_named_with_its_field() -> None:
    due: Any = Errand.due

    with pytest.raises(AttributeError, match=r"^Errand\.due has no method 'between'"):
        due.between(1, 2)


def test_negating_a_field_says_what_to_write() -> None:
    expression: Any = Errand.done

    with pytest.raises(QueryError, match=r"write Errand\.done == False"):
        operator.invert(expression)
