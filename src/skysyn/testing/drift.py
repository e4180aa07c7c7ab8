"""Drift: where recorded answers are no longer what models or the service say."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

from . import shapes
from .aliases import PATTERN
from .bindings import VARIABLE
from .narrowing import is_items, is_mapping
from .standins import is_id, is_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from skysyn.models import Model, Operation

    from .exchanges import Exchange
    from .facts import Facts
    from .questions import Language
    from .shapes import Shape

    Ask = Callable[[Operation], bytes]

_META = {"_type", "_id", "_transient"}


@attrs.frozen(order=True)
class Drift:
    """One *field* that *was* of some kind when it was recorded, and *is* of another."""

    field: str
    was: str
    now: str


def against_models(
    exchanges: Iterable[Exchange], models: Iterable[type[Model]], facts: Facts | None
) -> list[Drift]:
    """Return where the records of *exchanges* do not fit *models*."""
    found: list[Drift] = []
    exchanges = list(exchanges)
    for model in models:
        records = list(records_of(exchanges, model))
        if not records:
            continue
        was = (facts.models if facts else {}).get(model.__name__)
        declared = shapes.fingerprint(model)
        if was is not None and was != declared:
            found.append(Drift(f"{model.__name__} (declaration)", was, declared))
        found += _of_model(model, shapes.of_records(records))
    return sorted(found)


def _of_model(model: type[Model], seen: Shape) -> Iterator[Drift]:
    fields = {field.wire: field for field in model.__sky_fields__.values()}
    for wire, kinds in shapes.declared(model).items():
        where = f"{model.__name__}.{fields[wire].name}"
        if wire in _META or "any" in kinds:
            continue
        if wire not in seen:
            if not fields[wire].info.read_only and "null" not in kinds:
                yield Drift(where, "(never answered)", _shown(kinds))
        elif not seen[wire] <= kinds:
            yield Drift(where, _shown(seen[wire]), _shown(kinds))


def records_of(
    exchanges: Iterable[Exchange], model: type[Model]
) -> Iterator[Mapping[str, object]]:
    """Yield the records of *model* that were answered whole."""
    for exchange in exchanges:
        try:
            answer: object = json.loads(exchange.response.body)
            asked: object = json.loads(exchange.request.body or b"null")
        except (ValueError, RecursionError):
            continue
        if is_mapping(asked) and asked.get("desired_keys") is not None:
            continue
        if model.__family__ == "skygear":
            yield from _skygear(answer, f"{model.__collection__}/")
        elif f"uri%22%3A%20%22{model.__collection__}/find%22" in exchange.request.url:
            yield from _listed(answer)


def _skygear(value: object, prefix: str) -> Iterator[Mapping[str, object]]:
    """Yield the records in *value*, wherever they are."""
    if is_items(value):
        for item in value:
            yield from _skygear(item, prefix)
    elif is_mapping(value):
        is_one = str(value.get("_id", "")).startswith(prefix)
        if is_one and value.get("_type") == "record" and len(value) > 2:
            yield value
        for item in value.values():
            yield from _skygear(item, prefix)


def _listed(answer: object) -> Iterator[Mapping[str, object]]:
    found = answer.get("result") if is_mapping(answer) else None
    for item in found if is_items(found) else []:
        if is_mapping(item):
            yield item


@attrs.frozen
class Asked:
    """What came of asking a service again: drift, and what could not be asked."""

    found: list[Drift]
    asked: int
    left: int


def against_service(
    exchanges: Iterable[Exchange], language: Language, ask: Ask
) -> Asked:
    """Ask again what was only read, and return how the answers differ in kind.

    What depends on something that was made for the recording is left out.
    """
    found: set[Drift] = set()
    asked = left = 0
    for exchange in exchanges:
        question = language.ask(exchange.request)
        operation = language.reading(exchange.request)
        if operation is None:
            continue
        if depends(question.terms.values()):
            left += 1
            continue
        asked += 1
        pair = exchange.response.body, ask(operation)
        found.update(_difference(question.action, *pair))
    return Asked(sorted(found), asked, left)


def depends(terms: Iterable[str]) -> bool:
    """Return whether something in *terms* was made while recording."""
    return any(
        is_id(text.lower()) or is_time(text) or PATTERN.fullmatch(text)
        for term in terms
        for text in VARIABLE.findall(term)
    )


def _difference(action: str, recorded: bytes, live: bytes) -> Iterator[Drift]:
    was, now = (_shape(body) for body in (recorded, live))
    for path in sorted(was.keys() | now.keys()):
        before, after = was.get(path), now.get(path)
        if before == after:
            continue
        if before is None or after is None or not before & after:
            yield Drift(f"{action} {path}", _shown(before), _shown(after))


def _shape(body: bytes) -> Shape:
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return {"$": {"no JSON"}}
    return shapes.of_value(value)


def _shown(kinds: set[str] | None) -> str:
    return "(absent)" if kinds is None else " or ".join(sorted(kinds))
