"""Annotations of a class as objects, where forward references stay names."""

from __future__ import annotations

import builtins
import inspect
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, ForwardRef, get_args, get_origin

from skysyn.errors import DeclarationError

from .acl import ACL
from .expr import UserID
from .fields import Field, ReadOnly
from .ref import RecordID, Ref
from .values import JSON, Asset, GeoJSON, Location, Sequence, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

_KNOWN: dict[str, object] = {
    "ACL": ACL,
    "Any": Any,
    "Asset": Asset,
    "ClassVar": ClassVar,
    "Field": Field,
    "GeoJSON": GeoJSON,
    "JSON": JSON,
    "Location": Location,
    "ReadOnly": ReadOnly,
    "RecordID": RecordID,
    "Ref": Ref,
    "Sequence": Sequence,
    "Unknown": Unknown,
    "UserID": UserID,
    "datetime": datetime,
}


class _Names(dict[str, object]):
    """The names an annotation may use; an unknown one is a forward reference."""

    def __init__(self, cls: type) -> None:
        module = sys.modules.get(cls.__module__)
        own: dict[str, object] = {} if module is None else vars(module)
        # of the class's own names only types: a field may be called like one
        inner = {k: v for k, v in vars(cls).items() if isinstance(v, type)}
        super().__init__({**_KNOWN, **own})
        self._look_around()
        self.update({**inner, cls.__name__: cls})

    def __missing__(self, name: str) -> object:
        found = getattr(builtins, name, None)
        return ForwardRef(name) if found is None else found

    def _look_around(self) -> None:
        """Add the names where the class statement stands, such as in a function."""
        frame: FrameType | None = inspect.currentframe()
        while frame is not None and _is_ours(frame):
            frame = frame.f_back
        if frame is None:
            return
        self.update({**frame.f_globals, **frame.f_locals})
        code = frame.f_code
        for name in {*code.co_varnames, *code.co_cellvars} - set(frame.f_locals):
            # a local of the function that comes later, whatever the module has
            self.pop(name, None)


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("skysyn.models")


def read_annotations(cls: type) -> Iterator[tuple[str, object]]:
    """Yield each annotated name of *cls* but class variables, with its annotation.

    Raises:
        DeclarationError: an annotation cannot be read.
    """
    names = _Names(cls)
    for name, annotation in inspect.get_annotations(cls).items():
        found = annotation
        if isinstance(annotation, str):
            found = _evaluate(cls, name, annotation, names)
        if is_field(found):
            found = _unquoted(cls, name, found, names)
        if ClassVar not in {get_origin(found), found}:
            yield name, found


def is_field(annotation: object) -> bool:
    """Whether *annotation* is `Field[…]` or `ReadOnly[…]`."""
    origin = get_origin(annotation)
    return isinstance(origin, type) and issubclass(origin, Field)


def _unquoted(
    cls: type, name: str, annotation: Any, names: Mapping[str, object]
) -> object:
    """Return `Field["X"]` as `Field[X]`."""
    (inner,) = get_args(annotation)
    if not isinstance(inner, ForwardRef):
        return annotation
    made: Any = get_origin(annotation)
    return made[_evaluate(cls, name, inner.__forward_arg__, names)]


def _evaluate(cls: type, name: str, text: str, names: Mapping[str, object]) -> object:
    try:
        return eval(text, {}, names)  # noqa: S307  # the class's own annotation
    except Exception as error:
        outer = text.partition("[")[0]
        is_known = not (outer.isidentifier() and isinstance(names[outer], ForwardRef))
        reason = error if is_known else f"the name {outer!r} is not known"
        msg = f"{cls.__name__}.{name}: cannot read the annotation {text!r}: {reason}"
        raise DeclarationError(msg) from error
