"""Providers: classes that know the users of another service (protocol §20.10)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skysyn.models import JSON


class AuthResult(TypedDict):
    """Who someone is at the other service, and what is kept of it."""

    principal_id: str
    auth_data: Mapping[str, JSON]


class AuthProvider(ABC):
    """The base of a class for `@provides("auth", …)`, made without arguments."""

    @abstractmethod
    def login(self, auth_data: Mapping[str, JSON]) -> AuthResult:
        """Return who logs in with *auth_data*; raise to refuse."""
