"""Filling: generated code that moves decoded wire values into an instance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .fields import Field
    from .model import Model
    from .spec import Spec


def fill_function(
    fields: Mapping[str, Field[object]],
    lifts: Callable[[Field[object]], str | None],
    names: Mapping[str, object],
) -> Callable[[Model, object, object], None]:
    """Return a function that moves the values of a decoded row into an instance.

    The row holds field number *i* as `f<i>`. *lifts* returns the statement that makes
    the field's value `x` of a wire value `v` that is there, or None if it is one
    already; *names* are what statements may use, besides `{model}` and `backend`.
    """
    known: dict[str, Any] = {**names, "UNSET": msgspec.UNSET}
    lines = ["def fill(o, w, backend):"]
    for index, (name, field) in enumerate(fields.items()):
        spec = field.spec
        if spec.kind in {"ref", "enum"}:
            known[f"m{index}"] = spec.target() if spec.kind == "ref" else spec.python
        lines += _move(index, name, spec, lifts(field))
    source = "\n".join([*lines, "    return None"])
    exec(compile(source, "<skysyn row codec>", "exec"), known)  # noqa: S102  # our text
    return cast("Callable[[Model, object, object], None]", known["fill"])


def _move(index: int, name: str, spec: Spec, lift: str | None) -> list[str]:
    """Return the lines that move field number *index*."""
    if lift is None and spec.nullable:
        return [f"    o.{name} = w.f{index}"]
    absent = "None" if spec.nullable else "UNSET"
    lines = [f"    v = w.f{index}", f"    if v is not {absent}:"]
    if lift is not None:
        lines.append(f"        {lift.format(model=f'm{index}')}")
    lines.append(f"        o.{name} = {'v' if lift is None else 'x'}")
    return lines + [f"    else: o.{name} = None"] * spec.nullable
