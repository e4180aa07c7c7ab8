"""Auth providers: who somebody is that logs in by another service."""

from __future__ import annotations

from typing import Any

Wire = dict[str, Any]


class BaseAuthProvider:
    """The base of a class for `@skygear.provides("auth", …)`."""

    def handle_action(self, action: str, data: Wire) -> Wire:
        """Return what the method named *action* says."""
        auth_data = data.get("auth_data", {})
        match action:
            case "login":
                return self.login(auth_data)
            case "logout":
                return self.logout(auth_data)
            case "info":
                return self.info(auth_data)
            case _:
                msg = f"an auth provider has no {action!r}"
                raise NotImplementedError(msg)

    def login(self, auth_data: Wire) -> Wire:
        """Return `principal_id` and `auth_data` of who logs in."""
        raise NotImplementedError(self._missing("login", auth_data))

    def logout(self, auth_data: Wire) -> Wire:
        """Log out; no server asks for it."""
        raise NotImplementedError(self._missing("logout", auth_data))

    def info(self, auth_data: Wire) -> Wire:
        """Return what is known of somebody; no server asks for it."""
        raise NotImplementedError(self._missing("info", auth_data))

    def _missing(self, name: str, _: Wire) -> str:
        return f"{type(self).__name__} has no method {name}()"
