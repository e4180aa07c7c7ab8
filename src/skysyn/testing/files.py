"""Files: cassettes on disk, through vcrpy's container and serialization."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs
import vcr.cassette
import vcr.errors
from vcr.record_mode import RecordMode

from skysyn.errors import CassetteError

from . import facts, writing
from .exchanges import Exchange, keep, restore
from .persisting import AtomicPersister

if TYPE_CHECKING:
    from pathlib import Path

    from .facts import Facts


@attrs.frozen
class Recording:
    """What a file holds: its exchanges, and the facts if this product wrote it."""

    exchanges: list[Exchange]
    facts: Facts | None = None


def load(path: Path) -> Recording | None:
    """Return the recording at *path*, or None if there is no file.

    Raises:
        CassetteError: it cannot be read.
    """
    if not path.exists():
        return None
    try:
        held = vcr.cassette.Cassette.load(
            path=str(path),
            serializer=writing,
            persister=AtomicPersister,
            record_mode=RecordMode.NONE,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"this is no cassette: {error!r:.200}"
        raise CassetteError(msg, path=str(path), line=1) from error
    try:
        known = facts.load(_metadata(held), str(path))
        exchanges = [restore(request, response) for request, response in held.data]
    except (TypeError, ValueError, AttributeError) as error:
        msg = f"this is no cassette: {error!r:.200}"
        raise CassetteError(msg, path=str(path), line=1) from error
    return Recording(exchanges, known)


def _metadata(held: vcr.cassette.Cassette) -> dict[str, object]:
    try:
        return {"skysyn": held.get_metadata("skysyn", None)}
    except vcr.errors.MissingMetadataError:
        return {}


def save(path: Path, recording: Recording) -> None:
    """Put *recording* at *path*, whole or not at all.

    Raises:
        CassetteError: it cannot be written, or could not be read again.
    """
    kept = [keep(exchange) for exchange in recording.exchanges]
    cassette: dict[str, object] = {
        "requests": [request for request, _ in kept],
        "responses": [response for _, response in kept],
    }
    if recording.facts is not None:
        cassette["metadata"] = recording.facts.dump()
    AtomicPersister.save_cassette(str(path), cassette, writing)
