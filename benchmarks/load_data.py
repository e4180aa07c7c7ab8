"""The data of `load.py`: an answer with records of 19 fields, about 930 bytes each."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ["invoice", "order", "parcel", "customer", "region", "draft", "ready", "late"]


class Source:
    """Makes records; the same *seed* makes the same ones."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)

    def key(self) -> str:
        """Return a UUID as text."""
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def date(self) -> str:
        """Return a time as the service prints it."""
        since = timedelta(microseconds=self._random.randrange(10**13))
        return (FIRST + since).isoformat().replace("+00:00", "Z")

    def words(self, count: int) -> str:
        """Return *count* words."""
        return " ".join(self._random.choices(WORDS, k=count))

    def record(self, number: int) -> dict[str, object]:
        """Return one record as JSON."""
        return {**self._metadata(number), **self._plain(number), **self._typed()}

    def _metadata(self, number: int) -> dict[str, object]:
        owner = self.key()
        readers = [
            {"level": "read", "public": True},
            {"level": "write", "user_id": owner},
        ]
        return {
            "_access": None if number % 3 else readers,
            "_created_at": self.date(),
            "_created_by": owner,
            "_id": f"task/{self.key()}",
            "_ownerID": owner,
            "_type": "record",
            "_updated_at": self.date(),
            "_updated_by": owner,
        }

    def _plain(self, number: int) -> dict[str, object]:
        return {
            "title": f"Task number {number}: {self.words(2)}",
            "description": self.words(self._random.randrange(1, 6)),
            "state": self._random.choice(["open", "doing", "done"]),
            "done": bool(number % 2),
            "count": number,
            "ratio": self._random.random() * 100,
            "tags": self._random.choices(WORDS, k=3),
            "meta": {"k": number, "l": [1, 2, {"z": None}]},
        }

    def _typed(self) -> dict[str, object]:
        lng, lat = self._random.uniform(-180, 180), self._random.uniform(-90, 90)
        return {
            "due": {"$type": "date", "$date": self.date()},
            "reviewer": {"$type": "ref", "$id": f"user/{self.key()}"},
            "place": {"$type": "geo", "$lng": lng, "$lat": lat},
            "photo": {
                "$type": "asset",
                "$name": f"{self.key()}-a.png",
                "$content_type": "image/png",
                "$url": "http://h/files/x",
            },
        }


def answer(count: int) -> bytes:
    """Return the answer to a query that finds *count* records."""
    source = Source()
    records = [source.record(number) for number in range(count)]
    return msgspec.json.encode({"result": records})
