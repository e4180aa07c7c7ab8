"""Distances: on the spheroid where PostGIS is, along the great circle elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import Phase, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from skysyn.server import Server
from skysyn.server.store.functions import distance

from .asking import Asker, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .postgres import Postgres

# of one degree to the north, where the two differ by half a percent
SPHERE, SPHEROID = 111195.0797, 110574.3886
_PLACE = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@pytest.fixture
def with_postgis(postgres: Postgres) -> Iterator[Asker]:
    """Somebody whose server has a database with PostGIS."""
    database = postgres.new_database()
    with psycopg.connect(database, autocommit=True) as connection:
        try:
            connection.execute("CREATE EXTENSION postgis")
        except psycopg.Error as error:
            pytest.skip(f"PostGIS is not installed: {error.diag.message_primary}")
    with Server(settings(database=database)) as server:
        yield Asker(server)


def geo(lng: float, lat: float) -> dict[str, Any]:
    return {"$type": "geo", "$lng": lng, "$lat": lat}


def metres(lng: float, lat: float) -> list[Any]:
    return ["func", "distance", {"$type": "keypath", "$val": "at"}, geo(lng, lat)]


def is_near(asker: Asker, limit: float) -> list[bool]:
    """Return whether a place is found by each of the ways to ask for it."""
    there = metres(0, 0)
    ways = [
        ["lt", there, limit],
        ["gt", limit, there],
        ["lte", there, limit],
        ["gte", limit, there],
        ["not", ["gt", there, limit]],
    ]
    return [bool(asker.keys("place", predicate=way)) for way in ways]


def save_one(asker: Asker) -> None:
    asker.as_master().save({"_id": "place/1", "at": geo(0, 1)}, {"_id": "place/2"})


def test_distances_go_along_the_great_circle(anyone: Asker) -> None:
    save_one(anyone)

    assert is_near(anyone, SPHERE - 0.01) == [False] * 5
    assert is_near(anyone, SPHERE + 0.01) == [True] * 5
    assert is_near(anyone, SPHEROID + 0.01) == [False] * 5


def test_postgis_measures_limits_on_the_spheroid(with_postgis: Asker) -> None:
    save_one(with_postgis)

    assert is_near(with_postgis, SPHEROID - 0.01) == [False] * 5
    assert is_near(with_postgis, SPHEROID + 0.01) == [True, True, False, False, False]
    assert is_near(with_postgis, SPHERE + 0.01) == [True] * 5


@hypothesis_settings(
    max_examples=5, deadline=None, phases=[Phase.explicit, Phase.generate]
)
@example(here=(0.0, 6e-181), places=[(0.0, 0.0), (5e-324, 90.0), (180.0, -90.0)])
@given(here=_PLACE, places=st.lists(_PLACE, min_size=1, max_size=20))
def test_databases_measure_alike(
    postgres: Postgres, here: tuple[float, float], places: list[tuple[float, float]]
) -> None:
    records = [{"_id": f"place/{n}", "at": geo(*at)} for n, at in enumerate(places)]
    include = {"metres": metres(*here)}

    for database in (":memory:", postgres.new_database()):
        with Server(settings(database=database)) as server:
            asker = Asker(server).as_master()
            asker.save(*records)
            found = asker.result("record:query", record_type="place", include=include)
        for record in found:
            lng, lat = places[int(record["_id"].partition("/")[2])]
            wanted = distance(f"[{lng}, {lat}]", *here)
            assert record["_transient"]["metres"] == pytest.approx(wanted, abs=1e-3)
