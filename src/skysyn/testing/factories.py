"""Factories: objects of any model, for property tests and as test data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from hypothesis import strategies as st

from skysyn.dialects.accsyn import values as accsyn_values
from skysyn.dialects.skygear import access
from skysyn.dialects.skygear import values as skygear_values
from skysyn.errors import DeclarationError
from skysyn.models import ACL, Model, Origin, RecordID

from .values import values_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from skysyn.models import JSON

M = TypeVar("M", bound=Model)

_CHECKS = [
    HealthCheck.differing_executors,
    HealthCheck.filter_too_much,
    HealthCheck.function_scoped_fixture,
    HealthCheck.nested_given,
    HealthCheck.too_slow,
]
"""What Hypothesis warns tests of, and this is none."""
_KEY = ""
"""Where the key is drawn, which is in no field."""

__all__ = ["make", "records", "strategy"]


def strategy(model: type[M], /, **given_values: object) -> st.SearchStrategy[M]:
    """Return new objects of *model*, as they may be saved.

    *given_values* are values or strategies for fields by name; the others get what
    their types and validators allow.

    Raises:
        DeclarationError: a name is no field that can be assigned.
    """
    fields = {
        name: field
        for name, field in model.__sky_fields__.items()
        if not field.info.read_only
    }
    _check_names(model, given_values, fields)
    drawn = {
        name: _given(given_values[name])
        if name in given_values
        else values_of(field, model.__family__)
        for name, field in fields.items()
    }
    return st.fixed_dictionaries(drawn).map(lambda held: _new(model, held))


def records(model: type[M], /, **given_values: object) -> st.SearchStrategy[M]:
    """Return objects of *model* as if the service had answered with them.

    They have all fields, those included that only the service sets.

    Raises:
        DeclarationError: a name is no field.
    """
    _check_names(model, given_values, model.__sky_fields__)
    drawn = {
        name: _given(given_values[name])
        if name in given_values
        else values_of(field, model.__family__)
        for name, field in model.__sky_fields__.items()
        if name != "id"
    }
    drawn[_KEY] = _keys(model)
    return st.fixed_dictionaries(drawn).map(lambda held: _stored(model, held))


def make(
    model: type[M], /, n: int = 10, *, seed_of: int = 0, **given_values: object
) -> list[M]:
    """Return *n* new objects of *model*, the same for the same *seed_of*.

    Fields that are called as these arguments are made up as others are: assign them to
    what is made, or give them to `strategy()`, which has no arguments of its own.
    """
    found: list[M] = []
    strategy_of = strategy(model, **given_values)
    while len(found) < n:
        found += _examples(strategy_of, n - len(found), seed_of + len(found))
    return found


def _examples(wanted: st.SearchStrategy[M], n: int, number: int) -> list[M]:
    found: list[M] = []

    @seed(number)
    @settings(
        max_examples=n,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=_CHECKS,
    )
    @given(wanted)
    def collect(one: M) -> None:
        found.append(one)

    collect()
    if not found:  # pragma: no cover  # Hypothesis raises before
        msg = "no object can be made"
        raise DeclarationError(msg)
    return found[:n]


def _check_names(
    model: type[Model], told: Mapping[str, object], known: Mapping[str, object]
) -> None:
    unknown = sorted(told.keys() - known.keys())
    if unknown:
        msg = f"{model.__name__} has no field {', '.join(unknown)} that can be given"
        raise DeclarationError(msg)


def _given(value: object) -> st.SearchStrategy[Any]:
    held: Any = value
    return held if isinstance(value, st.SearchStrategy) else st.just(held)


def _new(model: type[M], held: dict[str, Any]) -> M:
    try:
        return model(**held)
    except (TypeError, ValueError):
        # a validator that says no to this value, and may say yes to another
        reject()


def _keys(model: type[Model]) -> st.SearchStrategy[str]:
    if model.__family__ == "accsyn":
        return st.text("0123456789abcdef", min_size=24, max_size=24)
    return st.uuids(version=4).map(str)


def _stored(model: type[M], held: dict[str, Any]) -> M:
    key = str(held.pop(_KEY))
    wire = json.dumps(_dump(model, held, key)).encode()
    return model.__sky_make__(wire, Origin(None))


def _dump(model: type[Model], held: dict[str, Any], key: str) -> dict[str, JSON]:
    fields = model.__sky_fields__
    if model.__family__ == "accsyn":
        dumped = {fields[n].wire: accsyn_values.dump(v) for n, v in held.items()}
        return {"id": key, **dumped}
    wires = {fields[name].wire: value for name, value in held.items()}
    found = {wire: _skygear(wire, value) for wire, value in wires.items()}
    return {**found, "_id": str(RecordID(model.__collection__, key)), "_type": "record"}


def _skygear(wire: str, value: object) -> JSON:
    if isinstance(value, ACL):
        return access.dump(value)
    if wire.startswith("_") and value is not None:
        return _metadata(value)
    return skygear_values.dump(value)


def _metadata(value: Any) -> JSON:
    """Return what the service sets in its form: times are bare text there."""
    moment: datetime | str = value
    return moment if isinstance(moment, str) else skygear_values.dump_date(moment)
