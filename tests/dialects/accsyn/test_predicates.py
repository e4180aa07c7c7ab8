from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skysyn.accsyn import ClientType, JobStatus, Queue, Task, Transfer, User, raw
from skysyn.dialects.accsyn.predicates import dump, load, normal
from skysyn.errors import QueryError
from skysyn.models import (
    And,
    Compare,
    Contains,
    In,
    Like,
    Matches,
    Not,
    Or,
    Path,
    Raw,
)

from .strategies import ANY, EXAMPLES, NORMAL, TEXTS

if TYPE_CHECKING:
    from skysyn.models import Predicate

CODE = Path(("code",))
ID = "66aa00000000000000000001"
many = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@pytest.mark.slow
@many
@given(NORMAL)
def test_what_is_dumped_is_loaded_again(predicate: Predicate) -> None:
    assert load(dump(predicate)) == predicate


@settings(max_examples=max(EXAMPLES // 10, 1), deadline=None)
@given(ANY)
def test_negated_groups_are_loaded_as_their_opposites(predicate: Predicate) -> None:
    assert load(dump(predicate)) == normal(predicate)


@settings(max_examples=max(EXAMPLES // 10, 1), deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_carried_or_refused_but_never_changed(text: str) -> None:
    predicate = Compare("eq", CODE, text)
    try:
        said = dump(predicate)
    except QueryError:
        assert "'" in text
        assert '"' in text
    else:
        assert load(said) == predicate


@settings(max_examples=max(EXAMPLES // 10, 1), deadline=None)
@given(st.text(st.sampled_from("ab1 =<>!()\"'.,ANDORNOTIN*"), max_size=25))
def test_any_query_is_read_or_refused(text: str) -> None:
    try:
        found = load(text)
    except QueryError:
        return
    assert load(dump(found)) == found


@given(TEXTS)
def test_no_value_gets_out_of_its_quotes(text: str) -> None:
    found = load(dump(Compare("eq", CODE, text) & Compare("eq", CODE, "x")))

    assert isinstance(found, And)
    assert len(found.operands) == 2


TABLE = [
    (Transfer.status == JobStatus.WAITING, "status=waiting"),
    (Transfer.code != "My Job", 'code!="My Job"'),
    (Transfer.name == "5", 'name="5"'),
    (Transfer.size > 10, "size>10"),
    (Transfer.speed <= 1.5, "speed<=1.5"),
    (Queue.default == True, "default=true"),
    (
        Transfer.created >= datetime(2026, 7, 2, 8, 15, tzinfo=UTC),
        "created>=2026-07-02T08:15:00",
    ),
    (Transfer.user == User.ref(ID), f"user={ID}"),
    (Transfer.user == ID, f"user={ID}"),
    (Transfer.parent == Queue.ref(ID), f"parent={ID}"),
    (
        Transfer.status.is_in([JobStatus.DONE, JobStatus.ABORTED]),
        'status IN "done,aborted"',
    ),
    (Task.priority.is_in([1, 2]), "priority IN 1,2"),
    (Transfer.name.contains("Kim's"), 'name CONTAINS "Kim\'s"'),
    (~Transfer.name.contains("a"), "name NOT CONTAINS a"),
    (Transfer.name.matches("\\D+\\S"), 'name MATCHES "\\D+\\S"'),
    (~Transfer.name.matches("a"), 'name NOT MATCHES "a"'),
    (~Task.uri.is_in(["a"]), 'uri NOT IN "a"'),
    (
        ~((Transfer.size > 1) | (Transfer.code == "a")),
        "size<=1 AND code!=a",
    ),
    (
        (Transfer.code == "a") & ((Transfer.size > 1) | raw("job.id=x or y=1")),
        "code=a AND (size>1 OR (job.id=x or y=1))",
    ),
    (Compare("lt", 5, Path(("size",))), "size>5"),
    (In(Path(("type",)), (ClientType.APP, ClientType.LANE)), "type IN 0,4"),
]


@pytest.mark.parametrize(("predicate", "text"), TABLE)
def test_predicates_are_said_in_accsyns_words(predicate: Predicate, text: str) -> None:
    assert dump(predicate) == text


@pytest.mark.parametrize(
    ("text", "predicate"),
    [
        ("a=1 and b=2 or c=3", "a=1 AND b=2 OR c=3"),
        ("  a <> 'x'", 'a!="x"'),
        ("A Not In 'x , y'", 'A NOT IN "x,y"'),
        ("((a=1))", "a=1"),
        ("a=user:*", "a=user:*"),
        ("a=2026-99-99T99:99:99", "a='2026-99-99T99:99:99'"),
        ("email=Kim@Acme.example", "email=Kim@Acme.example"),
    ],
)
def test_other_spellings_are_read(text: str, predicate: str) -> None:
    assert load(text) == load(predicate)


def test_and_binds_tighter_than_or() -> None:
    a, b, c = (Compare("eq", Path((name,)), 1) for name in "abc")

    assert load("a=1 AND b=1 OR c=1") == Or((And((a, b)), c))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a=",
        "a==1 b",
        "=1",
        "(a=1",
        "a=1)",
        "a='1",
        "a not = 1",
        "a in",
        "a=1 and",
        "and=1",
        "a.=1",
        "(" * 70 + "a=1" + ")" * 70,
    ],
)
def test_what_is_no_query_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        load(text)


def nested(depth: int) -> Predicate:
    found: Predicate = Compare("eq", CODE, "a")
    for _ in range(depth):
        found = And((found, Compare("eq", CODE, "b")))
    return found


@pytest.mark.parametrize(
    "predicate",
    [
        Compare("eq", CODE, "both ' and \""),
        Compare("eq", CODE, None),
        Compare("eq", CODE, CODE),
        Compare("eq", "a", "b"),
        Compare("eq", CODE, "\ud800 "),
        Compare("eq", CODE, float("nan")),
        Compare("eq", CODE, 10**18),
        Compare("eq", CODE, datetime(2026, 1, 1)),  # noqa: DTZ001  # naive on purpose
        Compare("eq", CODE, [1]),
        Compare("eq", CODE, Queue(name="unsaved")),
        Compare("eq", Path(("a b",)), 1),
        Compare("eq", Path(("and",)), 1),
        Compare("eq", Path(()), 1),
        In(CODE, ()),
        In(CODE, ("a,b",)),
        In(CODE, ("",)),
        In(CODE, (" a",)),
        In(CODE, ("a b", 1)),
        In(CODE, (None,)),
        Contains(CODE, None),
        Matches(CODE, 5),  # type: ignore[arg-type]  # wrong on purpose
        Like(CODE, "a"),
        Not(Raw("a=1")),
        Not(Like(CODE, "a")),
        And(()),
        Raw("a=1) or (b=1"),
        Raw("a='1"),
        Raw("(a=1"),
        nested(70),
    ],
)
def test_what_accsyn_cannot_be_asked_is_refused(predicate: Predicate) -> None:
    with pytest.raises(QueryError):
        dump(predicate)


def test_mixed_lists_of_plain_words_are_said() -> None:
    assert dump(In(CODE, ("a", 1))) == "code IN a,1"


@pytest.mark.parametrize("text", ["", "a=1)", "a='"])
def test_raw_text_is_whole(text: str) -> None:
    with pytest.raises(QueryError):
        raw(text)
