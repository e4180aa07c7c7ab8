"""Model classes by name, so that forward references find them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, ForwardRef
from weakref import WeakValueDictionary

from skysyn.errors import DeclarationError

if TYPE_CHECKING:
    from .model import Model

_models: WeakValueDictionary[str, type[Model]] = WeakValueDictionary()


def register(model: type[Model]) -> None:
    """Make *model* findable by its name; a later class of that name replaces it."""
    _models[model.__name__] = model


def find(owner: type[Model], target: object) -> type[Model]:
    """Return the model that *target*, an annotation in *owner*, names.

    The owner's module is asked first, then every model by name.

    Raises:
        DeclarationError: there is none (yet).
    """
    if isinstance(target, ForwardRef):
        target = target.__forward_arg__
    if isinstance(target, str):
        module = sys.modules.get(owner.__module__)
        found = getattr(module, target, None)
        target = found if hasattr(found, "__sky_fields__") else _models.get(target)
    if isinstance(target, type) and hasattr(target, "__sky_fields__"):
        return target
    msg = (
        f"{owner.__name__} refers to {target!r}, which is no model (yet): "
        "import the module that declares it before the first use"
    )
    raise DeclarationError(msg)
