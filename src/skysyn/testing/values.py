"""Values of fields: Hypothesis strategies for what their types and validators allow."""

from __future__ import annotations

import operator
import string
import types
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Union, get_args, get_origin

from hypothesis import strategies as st

from skysyn.errors import DeclarationError
from skysyn.models import (
    ACL,
    Asset,
    GeoJSON,
    Location,
    PublicGrant,
    RecordID,
    RoleGrant,
    Unknown,
    UserGrant,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterable, Mapping

    from skysyn.models import JSON, Field, Spec

    Values: TypeAlias = st.SearchStrategy[object]

_WHOLE = st.integers(-(2**31), 2**31 - 1)
_NUMBERS = st.floats(-1e12, 1e12, allow_nan=False, allow_infinity=False)
_WORDS = st.text(string.ascii_lowercase, min_size=1, max_size=12)
_UUIDS = st.uuids(version=4).map(str)
_OBJECT_IDS = st.text("0123456789abcdef", min_size=24, max_size=24)
_TIMES = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001  # the zone is drawn beside
    datetime(2100, 1, 1),  # noqa: DTZ001  # a bound that strategies want naive
    timezones=st.just(UTC),
)

# no halves of characters and no control characters, which services refuse
_TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
_JSON: st.SearchStrategy[JSON] = st.recursive(
    st.none() | st.booleans() | _WHOLE | _TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3)
    ),
    max_leaves=6,
)
_PLACES = st.builds(
    Location,
    lng=st.floats(-180, 180, allow_nan=False),
    lat=st.floats(-90, 90, allow_nan=False),
)
_LEVELS: st.SearchStrategy[Literal["read", "write"]] = st.sampled_from(
    ["read", "write"]
)
_GRANTS = st.one_of(
    st.builds(PublicGrant, level=_LEVELS),
    st.builds(RoleGrant, role=_WORDS, level=_LEVELS),
    st.builds(UserGrant, user_id=_UUIDS, level=_LEVELS),
)
_ASSETS = st.builds(
    Asset,
    name=st.builds("{}-{}.bin".format, _UUIDS, _WORDS),
    content_type=st.just("application/octet-stream"),
)

_COMPARED: Mapping[Callable[[Any, Any], Any], str] = {
    operator.ge: "min",
    operator.gt: "min",
    operator.le: "max",
    operator.lt: "max",
}


def values_of(field: Field[Any], family: str) -> Values:
    """Return what *field*, of a model of *family*, may hold."""
    spec = field.spec
    found = _chosen(field)
    if found is None:
        found = _of_kind(spec, family, _bounds(field.info.validator))
    return st.none() | found if spec.nullable else found


def _chosen(field: Field[Any]) -> Values | None:
    """Return what the validator of *field* lists, or wants the form of."""
    for validator in _validators(field.info.validator):
        options = getattr(validator, "options", None)
        if options is not None:
            return _one_of(options)
        pattern: Any = getattr(validator, "pattern", None)
        if pattern is not None:
            return _like(pattern)
    return None


def _like(pattern: re.Pattern[str]) -> Values:
    return st.from_regex(pattern, fullmatch=True)


def _one_of(options: Iterable[object]) -> Values:
    return st.sampled_from(sorted(options, key=repr))


def _of_kind(spec: Spec, family: str, bounds: dict[str, Any]) -> Values:
    match spec.kind:
        case "str":
            return _texts(bounds)
        case "int" | "sequence":
            return _whole(bounds)
        case "float":
            return _NUMBERS if not bounds else _floats(bounds)
        case "enum":
            members: Any = spec.python
            listed: list[object] = list(members)
            return st.sampled_from(listed)
        case "ref":
            key = _OBJECT_IDS if family == "accsyn" else _UUIDS
            target = spec.target()
            return key.map(target.ref)
        case "datetime" if family == "accsyn":
            return _TIMES.map(lambda moment: moment.replace(microsecond=0))
        case "json":
            return of_type(spec.data)
        case kind:
            return _SIMPLE[kind]


def _texts(bounds: dict[str, Any]) -> Values:
    characters = st.characters(exclude_categories=("Cs", "Cc"))
    most = bounds.get("max_length", 40)
    least = bounds.get("min_length", 0)
    return st.text(characters, min_size=least, max_size=max(most, least))


def _whole(bounds: dict[str, Any]) -> Values:
    least, most = bounds.get("min", -(2**31)), bounds.get("max", 2**31 - 1)
    return st.integers(int(least), int(most))


def _floats(bounds: dict[str, Any]) -> Values:
    least, most = bounds.get("min", -1e12), bounds.get("max", 1e12)
    return st.floats(float(least), float(most), allow_nan=False)


_SIMPLE: Mapping[str, Values] = {
    "bool": st.booleans(),
    "datetime": _TIMES,
    "user": _UUIDS,
    "id": st.builds(RecordID, _WORDS, _UUIDS),
    "location": _PLACES,
    "geojson": _PLACES.map(
        lambda at: GeoJSON({"type": "Point", "coordinates": [at.lng, at.lat]})
    ),
    "asset": _ASSETS,
    "acl": st.lists(_GRANTS, max_size=3).map(lambda grants: ACL(tuple(grants))),
    "unknown": st.builds(Unknown, st.just("text")),
}


def of_type(annotation: Any) -> Values:
    """Return plain data of the type *annotation*.

    Raises:
        DeclarationError: nobody knows how to make such a value: give it by name.
    """
    if annotation is Any or annotation in {dict, list}:
        return _JSON if annotation is Any else _OPEN[annotation]
    if annotation in _SCALARS:
        return _SCALARS[annotation]
    args = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is list:
            return st.lists(of_type(args[0]), max_size=4)
        case origin if origin is dict:
            return st.dictionaries(_WORDS, of_type(args[1]), max_size=4)
        case origin if origin is Literal:
            return st.sampled_from(args)
        case origin if origin in {Union, types.UnionType}:
            return st.one_of([of_type(arg) for arg in args])
        case _:
            return _of_class(annotation)


def _of_class(annotation: Any) -> Values:
    try:
        found: Values = st.from_type(annotation)
        found.validate()
    except Exception as error:
        msg = f"no values of {annotation!r} can be made: pass a strategy for the field"
        raise DeclarationError(msg) from error
    return found


_SCALARS: Mapping[object, Values] = {
    str: _TEXTS,
    int: _WHOLE,
    float: _NUMBERS,
    bool: st.booleans(),
    type(None): st.none(),
}
_OPEN: Mapping[object, Values] = {
    dict: st.dictionaries(_WORDS, _JSON, max_size=3),
    list: st.lists(_JSON, max_size=3),
}


def _validators(validator: object) -> list[Any]:
    """Return the validators that attrs joined in *validator*."""
    if validator is None:
        return []
    joined = getattr(validator, "_validators", None)
    if joined is None:
        return [validator]
    return [single for part in joined for single in _validators(part)]


def _bounds(validator: object) -> dict[str, Any]:
    """Return the limits that validators of attrs set."""
    found: dict[str, Any] = {}
    for single in _validators(validator):
        compare: Any = getattr(single, "compare_func", None)
        if compare in _COMPARED:
            step = (compare is operator.gt) - (compare is operator.lt)
            found[_COMPARED[compare]] = single.bound + step
        for name in ("min_length", "max_length"):
            if hasattr(single, name):
                found[name] = getattr(single, name)
    return found
