"""What each way to ask a query sends and returns."""

from __future__ import annotations

from typing import Any

import pytest

from skysyn import Field, Record, RecordQuery, Ref, field
from skysyn.errors import NoResult, NotLoaded, QueryError, SeveralResults
from tests.session.service import Service


class Team(Record):
    name: Field[str]


class Player(Record):
    name: Field[str]
    points: Field[int | None] = field(default=None)
    team: Field[Ref[Team] | None] = field(default=None)


@pytest.fixture
def service() -> Service:
    service = Service()
    service.put("team/red", name="Red")
    for key, points in (("ann", 3), ("ben", 1), ("cy", 2)):
        service.put(f"player/{key}", name=key.title(), points=points)
    return service


def players(service: Service) -> RecordQuery[Player]:
    return service.connect().query(Player).order_by(Player.points)


def asked(service: Service) -> list[tuple[object, object]]:
    """Return limit and offset of each query that was sent."""
    return [(b.get("limit"), b.get("offset")) for b in service.sent("record:query")]


def test_all_is_one_request_without_a_limit(service: Service) -> None:
    found = [player.ref_id for player in players(service).all()]

    assert (found, asked(service)) == (["ben", "cy", "ann"], [(None, None)])


def test_limit_and_offset_cut_out_a_part(service: Service) -> None:
    found = [player.ref_id for player in players(service).offset(1).limit(1).all()]

    assert (found, asked(service)) == (["cy"], [(1, 1)])


def test_first_asks_for_one(service: Service) -> None:
    best = players(service).filter(Player.points > 1).first()
    nobody = players(service).filter(Player.points > 9).first()

    assert best is not None
    assert (best.ref_id, nobody, asked(service)) == ("cy", None, [(1, None)] * 2)


def test_one_is_the_only_one(service: Service) -> None:
    query = players(service).filter(Player.name == "Ann")

    assert query.one() == query.one_or_none() == Player.ref("ann")
    assert asked(service) == [(2, None)] * 2


def test_none_instead_of_one_names_the_condition(service: Service) -> None:
    query = players(service).filter(Player.name == "Dee")

    assert query.one_or_none() is None
    with pytest.raises(NoResult, match=r"^no Player found by name == 'Dee'$"):
        query.one()


def test_several_instead_of_one_name_the_condition(service: Service) -> None:
    query = players(service).filter(Player.points < 3)

    for ask in (query.one, query.one_or_none):
        with pytest.raises(
            SeveralResults, match=r"^several Player found by points < 3"
        ):
            ask()


def test_get_asks_by_key_within_the_query(service: Service) -> None:
    query = players(service).filter(Player.points > 1)

    assert query.get("ann").name == "Ann"
    with pytest.raises(NoResult, match=r"\(points > 1\) & \(_id == 'ben'\)"):
        query.get("ben")


def test_count_leaves_out_limit_offset_and_order(service: Service) -> None:
    assert players(service).filter(Player.points < 3).limit(1).offset(1).count() == 2
    (body,) = service.sent("record:query")
    assert (body["limit"], body["count"], body.keys() & {"offset", "sort"}) == (
        0,
        True,
        set(),
    )


@pytest.mark.parametrize(("points", "found"), [(2, True), (9, False)])
def test_exists_asks_for_one_record_without_fields(
    service: Service, points: int, found: bool
) -> None:
    assert players(service).filter(Player.points > points).exists() == found
    (body,) = service.sent("record:query")
    assert (body["limit"], body["desired_keys"]) == (1, [])


def test_a_page_comes_with_the_number_of_all(service: Service) -> None:
    page, total = players(service).limit(2).page()

    assert ([player.ref_id for player in page], total) == (["ben", "cy"], 3)


def test_only_answers_with_these_fields(service: Service) -> None:
    player = players(service).only(Player.points).filter(Player.points == 3).one()

    assert player.points == 3
    with pytest.raises(NotLoaded, match=r"Player\.name was left out by the query"):
        _ = player.name


def test_what_came_along_is_in_transient(service: Service) -> None:
    service.put("player/dee", team={"$type": "ref", "$id": "team/red"})
    query = players(service).filter(Player.team == "red").include(side=Player.team)

    (player,) = query.all()

    assert player.transient["side"] == service.rows["team/red"]


def test_another_database_is_named_in_the_request(service: Service) -> None:
    players(service).database("_union").all()

    assert [b["database_id"] for b in service.sent("record:query")] == ["_union"]


def test_methods_leave_the_query_as_it_was(service: Service) -> None:
    query = players(service)
    before = repr(query)

    query.filter(Player.points == 1).limit(1).offset(1).only(Player.name).include(
        Player.team
    ).database("_private")

    assert repr(query) == before


def test_a_query_has_no_truth_value(service: Service) -> None:
    with pytest.raises(TypeError, match=r"ask \.exists\(\)"):
        bool(players(service))


def test_what_refers_to_no_record_is_not_included(service: Service) -> None:
    name: Any = Player.name

    with pytest.raises(QueryError, match=r"Player\.name refers to no record"):
        players(service).include(name)
    assert service.sent("record:query") == []


def test_a_field_of_a_reference_says_how_to_fetch_it(service: Service) -> None:
    service.put("player/dee", name="Dee", team={"$type": "ref", "$id": "team/red"})
    team: Any = players(service).get("dee").team

    with pytest.raises(AttributeError, match=r"write \.load\(\)\.name"):
        team.name
    assert not hasattr(team, "colour")
    assert team.load().name == "Red"
