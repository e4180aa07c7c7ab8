"""Settings: what modules of cloud code read from the environment."""

from __future__ import annotations

import os
from argparse import Namespace
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from skysyn.cloud.inclusion import include, settings

from .utils.truth import strtobool

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SettingItem", "SettingsParser", "add_parser", "config_module", "settings"]


class SettingItem(NamedTuple):
    """One setting: its name, and how it is read."""

    name: str
    default: Any
    atype: Callable[[str], Any]
    env_var: str
    resolve: bool
    required: bool

    def read(self, prefix: str) -> Any:
        """Return the value that the environment has."""
        names = [f"{prefix}_{self.env_var}", self.env_var][: 1 + self.resolve]
        for name in names:
            if name in os.environ:
                cast = strtobool if self.atype is bool else self.atype
                return cast(os.environ[name])
        if self.required:
            msg = f'Setting named "{self.name}" is defined but it is not set.'
            raise ValueError(msg)
        return self.default() if callable(self.default) else self.default


class SettingsParser:
    """Reads settings from the environment: `PREFIX_NAME`, else `NAME`."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.settings: dict[str, SettingItem] = {}

    def add_setting(
        self,
        name: str,
        default: Any = None,
        atype: Callable[[str], Any] = str,
        env_var: str | None = None,
        resolve: bool = True,  # the original's order
        required: bool = True,  # as above
    ) -> None:
        """Add a setting; one with a *default* need not be set.

        *atype* makes the value of a text; without *resolve* only the variable with the
        prefix counts.
        """
        if not name or name in self.settings:
            msg = f'Setting named "{name}" already defined, or empty.'
            raise ValueError(msg)
        variable, is_needed = env_var or name.upper(), required and default is None
        self.settings[name] = SettingItem(
            name, default, atype, variable, resolve, is_needed
        )

    def parse_settings(self, namespace: Namespace | None = None) -> Namespace:
        """Return *namespace* with the value of each setting."""
        found = Namespace() if namespace is None else namespace
        for item in self.settings.values():
            setattr(found, item.name, item.read(self.prefix))
        return found


def add_parser(
    name: str,
    parser: SettingsParser,
    parse_now: bool = True,  # the original's order
) -> None:
    """Read the settings of *parser* into `settings` under *name*.

    Code that is loaded again adds its parser again.
    """
    if parse_now:
        found = parser.parse_settings(getattr(settings, name, None))
        setattr(settings, name, found)


def config_module(name: str, *args: Any, **kwargs: Any) -> None:
    """Import a module of cloud code and have its `includeme` register."""
    if not include(import_module(name), *args, **kwargs):
        msg = f"Module {name} does not implement function includeme"
        raise NotImplementedError(msg)
