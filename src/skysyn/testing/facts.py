"""Facts: what a cassette says of itself: service, dates, versions, models."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

import attrs

from skysyn.errors import CassetteError

from .narrowing import is_items, is_mapping
from .shapes import fingerprint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from skysyn.models import Model

FORMAT = 1
_KEY = "skysyn"


@attrs.frozen
class Facts:
    """What is known of a recording: *server* and *models* as they were then.

    *models* are fingerprints by the name of the class, *settings* where the client
    was led to and which secrets it had, though none of them. What is *literal* looks
    like a stand-in, and is none: `literals.literals()`.
    """

    service: str
    recorded_at: str
    endpoint: str = ""
    server: str = ""
    models: dict[str, str] = attrs.field(factory=dict[str, str])
    settings: dict[str, str] = attrs.field(factory=dict[str, str])
    literal: list[str] = attrs.field(factory=list[str])
    recorded_with: str = attrs.field(factory=lambda: f"skysyn {version('skysyn')}")

    @classmethod
    def now(
        cls, service: str, moment: datetime, models: Sequence[type[Model]]
    ) -> Facts:
        """Return the facts of a recording that is made at *moment*."""
        shown = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        prints = {model.__name__: fingerprint(model) for model in models}
        return cls(service, shown, models=dict(sorted(prints.items())))

    def dump(self) -> dict[str, object]:
        """Return the facts as the metadata of a file."""
        found = {name: value for name, value in attrs.asdict(self).items() if value}
        return {_KEY: {"format": FORMAT, **found}}


def load(metadata: object, path: str) -> Facts | None:
    """Return the facts in *metadata*; None if another tool wrote them.

    Raises:
        CassetteError: a later version wrote them, or they are none.
    """
    found = metadata.get(_KEY) if is_mapping(metadata) else None
    if found is None:
        return None
    if not is_mapping(found) or not isinstance(found.get("service"), str):
        msg = "metadata.skysyn names no service"
        raise CassetteError(msg, path=path)
    form = found.get("format")
    if not isinstance(form, int) or form > FORMAT:
        msg = f"it has format {form!r:.20}, and this skysyn reads {FORMAT}: upgrade it"
        raise CassetteError(msg, path=path)
    texts = _texts(found)
    return Facts(
        texts["service"],
        texts.get("recorded_at", ""),
        endpoint=texts.get("endpoint", ""),
        server=texts.get("server", ""),
        models=_texts(found.get("models")),
        settings=_texts(found.get("settings")),
        literal=_listed(found.get("literal")),
        recorded_with=texts.get("recorded_with", ""),
    )


def _texts(found: object) -> dict[str, str]:
    return {k: str(v) for k, v in found.items()} if is_mapping(found) else {}


def _listed(found: object) -> list[str]:
    return [str(item) for item in found] if is_items(found) else []
