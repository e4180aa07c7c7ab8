"""Queries: what conditions find is what they mean, on each kind of database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as tries
from hypothesis import strategies as st

from skysyn.dialects.accsyn import predicates
from skysyn.dialects.accsyn.parsing import load
from skysyn.models import (
    And,
    Compare,
    Comparison,
    Contains,
    In,
    Matches,
    Not,
    Or,
    Path,
)
from skysyn.server.accsyn.tables import JOBS, USERS, WORKSPACES
from skysyn.server.accsyn.work import new_id
from tests.server.campaigns import SCALE

from .oracle import Oracle
from .world import ADMIN, EMPLOYEE, START, World, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skysyn.models import Predicate

pytestmark = pytest.mark.slow

EXAMPLES = 60 * SCALE
NOW = datetime.fromtimestamp(START, UTC)
KINDS = {
    "name": "text",
    "description": "text",
    "status": "text",
    "size": "number",
    "speed": "number",
    "created": "date",
    "finished": "date",
    "user": "ref",
    "source": "party",
    "metadata": "json",
    "user_hr": "text",
}
NASTY = [
    "Dailies 0702",
    "dailies",
    "ÄPFEL*",
    "a?c[x]",
    "100%_x",
    "\\d",
    "",
    "HQ",
    "é ß",
]


@attrs.frozen
class Filled:
    """A world with jobs in many states, and an oracle of them."""

    world: World = attrs.field(repr=False)
    oracle: Oracle = attrs.field(repr=False)
    rows: list[dict[str, Any]] = attrs.field(repr=False)

    def found(self, query: str) -> list[str]:
        """Return the names of the rows that are found, by two requests."""
        body = [
            self.world.ask("GET", "transfer/find", {"finished": flag}, query=query)
            for flag in (False, True)
        ]
        assert [one.get("message") for one in body] == [None, None]
        return sorted(row["id"] for one in body for row in one["result"])

    def meant(self, predicate: Predicate) -> list[str]:
        """Return the ids of the rows that are meant."""
        held = (row for row in self.rows if self.oracle.holds(predicate, row))
        return sorted(row["id"] for row in held)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Filled]:
    database = ":memory:"
    if request.param == "postgresql":
        database = request.getfixturevalue("postgres").new_database()
    world = World.make(settings(tmp_path_factory.mktemp("w"), database=database))
    with world.server:
        yield _fill(world)


def _fill(world: World) -> Filled:
    with world.server.store.write("acmefilm", NOW) as work:
        users = {row["id"]: row["code"] for row in work.rows(USERS.table)}
        space = work.one(WORKSPACES.table)
        assert space is not None
        ids = [key for code in (ADMIN, EMPLOYEE) for key in users if users[key] == code]
        rows = [_row(number, ids, str(space["id"])) for number in range(36)]
        work.insert(
            JOBS.table, *({k: v for k, v in r.items() if k != "user_hr"} for r in rows)
        )
    roles = dict(zip(ids, ("admin", "employee"), strict=True))
    for row in rows:
        key = row["user"]
        row["user_hr"] = key and f"user:{users[key]}[{roles[key]}]({key})"
    oracle = Oracle(KINDS, users, (str(space["id"]), "acmefilm"))
    return Filled(world, oracle, rows)


def _row(number: int, users: list[str], space: str) -> dict[str, Any]:
    status = ("paused", "failed", "done", "aborted")[number % 4]
    finished = NOW - timedelta(hours=number) if status in {"done", "aborted"} else None
    return {
        "id": new_id(NOW),
        "_kind": "transfer",
        "_archived": False,
        "name": NASTY[number % len(NASTY)],
        "code": NASTY[number % len(NASTY)],
        "description": None if number % 5 == 0 else f"{NASTY[number % 7]} {number % 3}",
        "status": status,
        "size": None if number % 6 == 0 else (number % 5) * 10 ** (number % 9),
        "speed": [-1.0, 0.5, 83.5][number % 3],
        "created": NOW - timedelta(minutes=number),
        "finished": finished,
        "user": [*users, None][number % 3],
        "source": [f"user:{users[0]}", f"workspace:{space}", None][number % 3],
        "destination": f"user:{users[1]}",
        "metadata": [None, {}, {"Shot": 1}, ["a", "Bee", 3]][number % 4],
        "queue": None,
        "parent": None,
    }


TEXTS = st.sampled_from(
    [
        *NASTY,
        "*",
        "d*",
        "*PF*",
        "a?c*",
        "*_x",
        "%",
        "0",
        "2",
        ADMIN,
        "kim*",
        "user:*",
        "true",
    ]
) | st.text("aäßÄdDil *?[]%_\\", max_size=4)
DATES = st.integers(-1, 40).map(lambda minutes: NOW - timedelta(minutes=minutes))
NUMBERS = st.integers(-1, 40) | st.sampled_from([0.5, 83.5, -1.0, 1e20])
VALUES = {
    "text": TEXTS,
    "number": NUMBERS,
    "date": DATES,
    "ref": TEXTS,
    "party": TEXTS | st.sampled_from(["hq", "HQ", "workspace:*", "acmefilm"]),
    "json": TEXTS,
}
PATTERNS = st.sampled_from(
    ["d", "^dail", r"\d+$", "[äx]", "^$", "S+", r"\.example", "(a|é)", "x{1,3}"]
)
TEXTUAL = [name for name, kind in KINDS.items() if kind in {"text", "ref", "party"}]
OPERATORS: st.SearchStrategy[Comparison] = st.sampled_from(
    ["eq", "neq", "lt", "lte", "gt", "gte"]
)


@st.composite
def leaves(draw: st.DrawFn) -> Predicate:
    """Draw one condition on one attribute."""
    name = draw(st.sampled_from(list(KINDS)))
    path, kind = Path((name,)), KINDS[name]
    match draw(st.sampled_from(["compare", "in", "contains", "matches"])):
        case "compare" if kind != "json":
            return Compare(draw(OPERATORS), path, draw(VALUES[kind]))
        case "in" if kind != "json":
            return In(path, tuple(draw(st.lists(VALUES[kind], min_size=1, max_size=3))))
        case "matches" if name in TEXTUAL:
            return Matches(path, draw(PATTERNS))
        case _:
            chosen = draw(st.sampled_from([*TEXTUAL, "metadata"]))
            words = st.sampled_from(["shot", "BEE", "3", "a", "il"])
            return Contains(Path((chosen,)), draw(TEXTS | words))


TREES = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)


def sayable(predicate: Predicate) -> str | None:
    """Return the query of *predicate*, None if accsyn has no words for it."""
    try:
        return predicates.dump(predicate)
    except ValueError:
        return None


@tries(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
@given(TREES.filter(lambda tree: sayable(tree) is not None))
def test_what_is_found_is_what_is_meant(filled: Filled, predicate: Predicate) -> None:
    query = predicates.dump(predicate)

    assert filled.found(query) == filled.meant(load(query))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("user.role=employee and status=failed", 3),
        ("user.code=emma* AND user.name=EMMA@acme.example", 12),
        ("metadata.Shot=1", 9),
        ("name=DAILIES", 4),
        ('name="* 0702"', 4),
        ("name NOT IN dailies,hq", 28),
        ("finished<>2000-01-01", 36),
        ("finished<2100-01-01", 18),
        ("user=kim@acme.example", 12),
        ("acl WHERE status=failed", 9),
        ("STATUS=Failed", 9),
    ],
)
def test_a_query_finds_this_many(filled: Filled, query: str, names: int) -> None:
    assert len(filled.found(query)) == names


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("nothing=1", "no attribute 'nothing'"),
        ("_workspace=acmefilm", "no attribute"),
        ("_life contains a", "no attribute"),
        ("user._api_key=x", "no attribute"),
        ("user.user.user=1", "no attribute"),
        ("size=big", "a number is wanted"),
        ("size contains 5", "it is a number"),
        ("created=soon", "a date is wanted"),
        ("metadata<5", "no order"),
        ("name matches '(('", "no regular expression"),
        ("name matches '(?=x)'", "no regular expression"),
        ("name matches '((a{1,999}){1,999}){1,999}'", "no regular expression"),
        ("name~x", "invalid query"),
    ],
)
def test_a_query_about_nothing_is_refused(
    filled: Filled, query: str, said: str
) -> None:
    body = filled.world.ask("GET", "transfer/find", {}, query=query)

    assert said in body["message"]


def test_an_expression_that_backtracks_elsewhere_takes_no_time(filled: Filled) -> None:
    query = f"name matches '(a+)+$' or name='{'a' * 5000}!'"

    assert filled.found(query) == []
