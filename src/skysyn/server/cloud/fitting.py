"""Fitting: whether what a hook gives back fits the columns, as what clients send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.dialects.skygear import literals
from skysyn.dialects.skygear.refusals import refuse
from skysyn.errors import RemoteError
from skysyn.models import Unknown
from skysyn.server.store import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON
    from skysyn.server.store.catalog import FieldColumn, RecordType


def check(
    hook: str, owner: RecordType, given: Mapping[str, JSON], result: Mapping[str, JSON]
) -> None:
    """Refuse what *hook* made of a record that it was *given*, if it does not fit.

    What it left alone is as it was stored; what has no column is refused later.

    Raises:
        RemoteError: a value is of another kind than its column, or cannot be read.
    """
    for name, value in result.items():
        field, had = owner.fields.get(name), given.get(name)
        is_same = type(value) is type(had) and value == had
        if field is not None and not is_same:
            _check_value(hook, owner, field, value)


def _check_value(hook: str, owner: RecordType, field: FieldColumn, value: JSON) -> None:
    where = f"the hook {hook} sets {owner.name}.{field.name}"
    try:
        loaded = literals.load(value)
    except RemoteError as error:
        msg = f"{where}, which cannot be: {error.message}"
        raise refuse(error.code or 10000, msg) from error
    if loaded is None or isinstance(loaded, Unknown):
        return
    sent = kinds.kind_of(loaded)
    if not field.kind.accepts(sent):
        msg = f"conflicting schema: {where} to {sent}, and it is {field.kind}"
        raise refuse(114, msg)
