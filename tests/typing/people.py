"""Models that refer to those of `tasks`, with quoted annotations."""

from datetime import datetime
from typing import TYPE_CHECKING

from skysyn import Field, Location, Record, Ref, field

if TYPE_CHECKING:
    from .tasks import Task


class User(Record, type="user"):
    name: Field[str]
    nickname: Field[str | None] = field(default=None)
    born: Field[datetime | None] = field(default=None)
    home: Field[Location | None] = field(default=None)
    favourite: "Field[Ref[Task] | None]" = field(default=None)
    latest: Field[Ref["Task"] | None] = field(default=None)
    boss: 'Field[Ref["User"] | None]' = field(default=None)
