"""Usage: whether decorators are given what they need, in words for who wrote them."""

from __future__ import annotations

from skysyn.dialects.skygear.model import Record
from skysyn.errors import DeclarationError

from .providers import AuthProvider
from .resources import Resource, methods


def check_name(name: object, decorator: str) -> None:
    """Raise DeclarationError if *name* is none, as in `@op` without parentheses."""
    if not isinstance(name, str) or not name:
        raise _wrong(decorator, "a name", '"name"', name)


def check_type(of: object, decorator: str) -> None:
    """Raise DeclarationError if *of* says no type of records."""
    is_class = _is_class(of, Record) and of is not Record
    if not is_class and not (isinstance(of, str) and of):
        needs = "a Record class or the name of a record type"
        raise _wrong(decorator, needs, 'Note) or @{0}("note"', of)


def check_record_type(of: object, decorator: str, example: str = '"note"') -> None:
    """Raise DeclarationError if *of* is not the name of a record type."""
    if not isinstance(of, str) or not of:
        raise _wrong(decorator, "the name of a record type", example, of)


def check_prefix(prefix: object) -> None:
    """Raise DeclarationError if *prefix* is no path, as in a bare `@static_assets`."""
    if not isinstance(prefix, str):
        decorator, needs = "static_assets", "a path below /static/"
        raise _wrong(decorator, needs, '"pictures"', prefix)


def check_interval(interval: object) -> None:
    """Raise DeclarationError if *interval* is a function, as in a bare `@every`."""
    if callable(interval):
        decorator, needs = "every", "a schedule"
        raise _wrong(decorator, needs, "60", interval)


def check_provider(provider: object) -> None:
    """Raise DeclarationError if *provider* is no class that can log somebody in."""
    if not _is_class(provider, AuthProvider):
        msg = f"{_shown(provider)} is no provider: make it a class of AuthProvider"
        raise DeclarationError(msg)


def check_resource(resource: type[Resource]) -> None:
    """Raise DeclarationError if *resource* is no class that answers anything."""
    if not _is_class(resource, Resource) or not methods(resource):
        msg = (
            f"{_shown(resource)} answers nothing: make it a class of Resource with "
            "index(), create(), get(), update() or delete()"
        )
        raise DeclarationError(msg)


def check_exception(kind: object) -> None:
    """Raise DeclarationError if *kind* is no class of exceptions."""
    if not _is_class(kind, BaseException):
        decorator, needs = "exception_handler", "a class of exceptions"
        raise _wrong(decorator, needs, "ValueError", kind)


def _is_class(given: object, of: type) -> bool:
    return isinstance(given, type) and issubclass(given, of)


def _wrong(decorator: str, needs: str, example: str, given: object) -> DeclarationError:
    written = f"@{decorator}({example.format(decorator)})"
    msg = f"@{decorator} needs {needs}, not {_shown(given)}: write {written}"
    return DeclarationError(msg)


def _shown(given: object) -> str:
    return str(getattr(given, "__qualname__", None) or repr(given))[:80]
