"""Values that have no type of their own in Python: places, files, counters.

Those that answers are full of are msgspec structs, not attrs classes: without garbage
collection they are made three times as fast, and loading records is full of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, Union

import attrs
import msgspec

from skysyn.arguments import check_argument
from skysyn.errors import ConversionError

JSON: TypeAlias = Union[bool, int, float, str, "list[JSON]", "dict[str, JSON]", None]
"""What a JSON document can hold."""


class Location(msgspec.Struct, frozen=True, gc=False):
    """A point on the earth: *lng* -180 to 180 and *lat* -90 to 90, in degrees.

    Wire form: `{"$type": "geo", "$lng": …, "$lat": …}`.
    """

    lng: float
    lat: float

    def check(self) -> None:
        """Raise ConversionError unless this is a place on the earth."""
        try:
            is_on_earth = -180 <= self.lng <= 180 and -90 <= self.lat <= 90
        except TypeError:
            is_on_earth = False
        if not is_on_earth:
            msg = (
                f"{self} is not on the earth: longitude is -180 to 180, "
                "latitude -90 to 90 degrees"
            )
            raise ConversionError(msg, value=self)


@attrs.frozen
class GeoJSON:
    """A GeoJSON geometry: *geometry* is its object with `type` and `coordinates`.

    Wire form: `{"$type": "geojson", "$val": {…}}`.
    """

    geometry: Mapping[str, JSON] = attrs.field()

    @property
    def type(self) -> str:
        """The kind of geometry, such as `Polygon`."""
        return str(self.geometry.get("type"))

    @classmethod
    def polygon(cls, *rings: list[tuple[float, float]]) -> GeoJSON:
        """Return the polygon with these *rings* of (lng, lat), the outer one first."""
        coordinates: list[JSON] = [[[x, y] for x, y in ring] for ring in rings]
        return cls({"type": "Polygon", "coordinates": coordinates})

    def check(self) -> None:
        """Raise ConversionError unless this holds the object of a geometry."""
        is_object = isinstance(self.geometry, Mapping)  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may have no checker
        if not is_object:
            msg = f"{self!r:.80} holds no geometry: write GeoJSON({{'type': …}})"
            raise ConversionError(msg, value=self)

    def __hash__(self) -> int:
        return hash(repr(self.geometry))


class Asset(msgspec.Struct, frozen=True, gc=False):
    """A stored file: its *name* in the store, content type and, from answers, a URL.

    Wire form: `{"$type": "asset", "$name": …, "$content_type": …, "$url": …}`. The URL
    is signed and short-lived, so it is shown nowhere and two assets are equal
    whatever their URLs.
    """

    name: str
    content_type: str | None = None
    url: str | None = None

    def check(self) -> None:
        """Raise ConversionError unless this names a file."""
        takes = "an Asset has the name of a file, which is text"
        check_argument(self.name, str, takes, ConversionError)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Asset):
            return NotImplemented
        return self.name == other.name

    def __ne__(self, other: object) -> bool:
        return not self == other  # a struct's own `!=` would compare every field

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Asset(name={self.name!r}, content_type={self.content_type!r})"


@attrs.frozen
class Sequence:
    """A number that the service counts up: `Sequence()` asks for the next one.

    Declare the column `Field[int | Sequence]`: a new record sends the marker
    (`{"$type": "seq"}`), the answer holds the number.
    """


@attrs.frozen
class Unknown:
    """A column of a database type that the service cannot map; it is never saved.

    Wire form: `{"$type": "unknown", "$underlying_type": …}`.
    """

    underlying_type: str | None = None
