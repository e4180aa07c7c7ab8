"""The languages that recordings can be in, by the name of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skysyn.errors import CassetteError

from .accsyn import AccsynLanguage
from .skygear import SkygearLanguage

if TYPE_CHECKING:
    from .questions import Language


def language_of(service: str) -> Language:
    """Return the language that *service* speaks.

    Raises:
        CassetteError: there is no such service.
    """
    match service:
        case "skygear":
            return SkygearLanguage()
        case "accsyn":
            return AccsynLanguage()
        case _:
            msg = f"{service!r:.40} is no service: 'skygear' or 'accsyn'"
            raise CassetteError(msg)
