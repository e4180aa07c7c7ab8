"""Strategies: random values, access lists and predicates of Skygear's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

from hypothesis import strategies as st

from skysyn import ACL, JSON, Asset, GeoJSON, Location, RecordID
from skysyn.models import (
    And,
    Compare,
    Comparison,
    Contains,
    Direction,
    Distance,
    In,
    Like,
    Not,
    Or,
    Path,
    Predicate,
    PublicGrant,
    Related,
    RelationGrant,
    RoleGrant,
    UserGrant,
    Within,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
keys = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
names = st.from_regex(r"[A-Za-z][A-Za-z0-9 %/é-]{0,6}", fullmatch=True)
types = st.from_regex(r"[a-z][a-z_]{0,6}", fullmatch=True)
integers = st.integers(-(2**63), 2**63 - 1)
floats = st.floats(allow_nan=False, allow_infinity=False)
dates = st.datetimes(timezones=st.just(UTC))
ids = st.builds(RecordID, types, keys)
places = st.builds(Location, st.floats(-180, 180), st.floats(-90, 90))
points = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
areas = st.builds(GeoJSON.polygon, st.lists(points, max_size=4))
assets = st.builds(Asset, keys, st.none() | keys)
plain: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | integers | floats | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
    ),
    max_leaves=6,
)

levels: st.SearchStrategy[Any] = st.sampled_from(["read", "write"])
grants = st.one_of(
    st.builds(PublicGrant, levels),
    st.builds(RoleGrant, texts, levels),
    st.builds(UserGrant, texts, levels),
    st.builds(RelationGrant, texts, levels, st.none() | texts),
)
acls = st.builds(ACL, st.lists(grants, max_size=4).map(tuple))

_metadata = st.sampled_from(["_id", "_ownerID", "_created_at", "_updated_by"])
_one_step = (names | _metadata).map(lambda name: Path((name,)))
_two_steps = st.tuples(names, names | _metadata).map(Path)
paths = _one_step | _two_steps
distances = st.builds(Distance, _one_step, places)
literals = texts | integers | floats | st.booleans() | dates | ids | places | areas
_comparisons: st.SearchStrategy[Any] = st.sampled_from(get_args(Comparison))
_directions: st.SearchStrategy[Any] = st.sampled_from(get_args(Direction))
_relations = st.sampled_from(["follow", "friend"])
_fields: st.SearchStrategy[object] = paths | distances
_others: st.SearchStrategy[object] = _fields | literals | st.none()

conditions: st.SearchStrategy[Predicate] = st.one_of(
    st.builds(Compare, _comparisons, _fields, _others),
    st.builds(Compare, _comparisons, _others, _fields),
    st.builds(In, paths, st.lists(literals, max_size=3).map(tuple)),
    st.builds(Contains, paths, texts),
    st.builds(Like, paths, texts, st.booleans()),
    st.builds(Within, paths | places, paths | areas),
    st.builds(Related, paths, _relations, _directions),
)
predicates: st.SearchStrategy[Predicate] = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=5,
)


def naive() -> datetime:
    """Return a time that does not say where."""
    return datetime(2020, 1, 1, 12)  # noqa: DTZ001  # that is what it is for
