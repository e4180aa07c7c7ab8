"""Model classes by name, so that forward references find them."""

from __future__ import annotations

import sys
from itertools import takewhile
from typing import TYPE_CHECKING, ForwardRef
from weakref import WeakValueDictionary

from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from .model import Model

_models: WeakValueDictionary[tuple[str, str], type[Model]] = WeakValueDictionary()


def register(model: type[Model]) -> None:
    """Make *model* findable; a later class in the same place replaces it."""
    _models[model.__module__, model.__qualname__] = model


def find(owner: type[Model], target: object) -> type[Model]:
    """Return the model that *target*, an annotation in *owner*, names.

    The places around the owner are asked first, then its module, then other modules.

    Raises:
        DeclarationError: there is none (yet), or several.
    """
    if isinstance(target, ForwardRef):
        target = target.__forward_arg__
    if isinstance(target, str):
        target = _near(owner, target) or _far(owner, target) or target
    if isinstance(target, type) and hasattr(target, "__sky_fields__"):
        return target
    msg = (
        f"{owner.__name__} refers to {target!r}, which is no model (yet): "
        "import the module that declares it before the first use"
    )
    raise DeclarationError(msg)


def _near(owner: type[Model], name: str) -> type[Model] | None:
    """Return the model called *name* beside *owner*, or in a scope around it."""
    scope, dot, _ = owner.__qualname__.rpartition(".")
    while dot:
        found = _models.get((owner.__module__, f"{scope}.{name}"))
        if found is not None:
            return found
        scope, dot, _ = scope.rpartition(".")
    held = getattr(sys.modules.get(owner.__module__), name, None)
    return held if hasattr(held, "__sky_fields__") else None


def _far(owner: type[Model], name: str) -> type[Model] | None:
    """Return the model called *name* elsewhere, from the nearest package.

    Raises:
        DeclarationError: there are several.
    """
    named = [model for model in _models.values() if model.__name__ == name]
    nearness = {model: _shared(owner, model) for model in named}
    found = [m for m in named if nearness[m] == max(nearness.values())]
    if len(found) > 1:
        places = ", ".join(sorted(m.__module__ for m in found))
        msg = (
            f"{owner.__name__} refers to {name!r}, which is declared several times "
            f"({places}): import the right one outside `if TYPE_CHECKING:`"
        )
        raise DeclarationError(msg)
    return found[0] if found else None


def _shared(owner: type[Model], model: type[Model]) -> tuple[bool, int]:
    """Return whether *model* is in no function, and how many packages are common."""
    paths = owner.__module__.split("."), model.__module__.split(".")
    common = takewhile(lambda pair: pair[0] == pair[1], zip(*paths, strict=False))
    return "<locals>" not in model.__qualname__, len(list(common))
