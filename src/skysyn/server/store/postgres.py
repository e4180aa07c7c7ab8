"""PostgreSQL: what SQLite has as functions of ours, in its own language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from .functions import EARTH

if TYPE_CHECKING:
    from sqlalchemy import Connection

# the same steps as in `geometry.py`, which is tested against this
_FUNCTIONS = (
    """
CREATE OR REPLACE FUNCTION sky_on_line(line jsonb, x float8, y float8)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT COALESCE(bool_or(
    (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) = 0
    AND x BETWEEN least(x1, x2) AND greatest(x1, x2)
    AND y BETWEEN least(y1, y2) AND greatest(y1, y2)), false)
  FROM generate_series(1, jsonb_array_length(line) - 1) AS i,
  LATERAL (SELECT (line->(i-1)->>0)::float8 AS x1, (line->(i-1)->>1)::float8 AS y1,
                  (line->i->>0)::float8 AS x2, (line->i->>1)::float8 AS y2) AS side
$$""",
    """
CREATE OR REPLACE FUNCTION sky_in_ring(ring jsonb, x float8, y float8)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT count(*) % 2 = 1
  FROM generate_series(0, jsonb_array_length(ring) - 1) AS i,
  LATERAL (SELECT (i + 1) % jsonb_array_length(ring) AS j) AS next,
  LATERAL (SELECT (ring->i->>0)::float8 AS x1, (ring->i->>1)::float8 AS y1,
                  (ring->j->>0)::float8 AS x2, (ring->j->>1)::float8 AS y2) AS side
  WHERE CASE WHEN (y1 > y) <> (y2 > y)
    THEN x < (x2 - x1) * (y - y1) / (y2 - y1) + x1 ELSE false END
$$""",
    """
CREATE OR REPLACE FUNCTION sky_in_polygon(rings jsonb, x float8, y float8)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT sky_in_ring(rings->0, x, y) AND NOT EXISTS (
    SELECT 1 FROM jsonb_array_elements(rings) WITH ORDINALITY AS ring(points, place)
    WHERE sky_on_line(points, x, y) OR (place > 1 AND sky_in_ring(points, x, y)))
$$""",
    """
CREATE OR REPLACE FUNCTION sky_inside_line(line jsonb, x float8, y float8)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT sky_on_line(line, x, y) AND (
    ((line->0->>0)::float8, (line->0->>1)::float8)
      = ((line->-1->>0)::float8, (line->-1->>1)::float8)
    OR (x, y) NOT IN (((line->0->>0)::float8, (line->0->>1)::float8),
                      ((line->-1->>0)::float8, (line->-1->>1)::float8)))
$$""",
    """
CREATE OR REPLACE FUNCTION sky_covers(area jsonb, x float8, y float8)
RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE points jsonb := area->'coordinates';
BEGIN
  CASE area->>'type'
    WHEN 'Polygon' THEN RETURN sky_in_polygon(points, x, y);
    WHEN 'MultiPolygon' THEN RETURN EXISTS (SELECT 1
      FROM jsonb_array_elements(points) AS p WHERE sky_in_polygon(p, x, y));
    WHEN 'Point' THEN
      RETURN (points->>0)::float8 = x AND (points->>1)::float8 = y;
    WHEN 'MultiPoint' THEN RETURN EXISTS (SELECT 1
      FROM jsonb_array_elements(points) AS p
      WHERE (p->>0)::float8 = x AND (p->>1)::float8 = y);
    WHEN 'LineString' THEN RETURN sky_inside_line(points, x, y);
    WHEN 'MultiLineString' THEN RETURN EXISTS (SELECT 1
      FROM jsonb_array_elements(points) AS p WHERE sky_inside_line(p, x, y));
    ELSE RETURN EXISTS (SELECT 1
      FROM jsonb_array_elements(area->'geometries') AS g WHERE sky_covers(g, x, y));
  END CASE;
END $$""",
    """
CREATE OR REPLACE FUNCTION sky_within(place jsonb, area jsonb)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN place IS NULL OR area IS NULL THEN NULL
    ELSE sky_covers(area, (place->>0)::float8, (place->>1)::float8) END
$$""",
    # PostgreSQL fails where a product of small numbers would be no number but 0
    """
CREATE OR REPLACE FUNCTION sky_angle(degrees float8)
RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT CASE WHEN abs(degrees) < 1e-20 THEN 0 ELSE radians(degrees) END
$$""",
    """
CREATE OR REPLACE FUNCTION sky_distance(place jsonb, lng float8, lat float8)
RETURNS float8 LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT 2 * EARTH * asin(sqrt(CASE WHEN half > 1 THEN 1 ELSE half END))
  FROM (SELECT sky_angle((place->>0)::float8) AS x1, sky_angle(lng) AS x2,
               sky_angle((place->>1)::float8) AS y1, sky_angle(lat) AS y2) AS ends,
  LATERAL (SELECT power(sin((y2 - y1) / 2), 2)
    + cos(y1) * cos(y2) * power(sin((x2 - x1) / 2), 2) AS half) AS angle
$$""".replace("EARTH", str(EARTH)),
    """
CREATE OR REPLACE FUNCTION sky_has(held jsonb, item text)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(held)
    WHEN 'array' THEN EXISTS (SELECT 1 FROM jsonb_array_elements(held) AS one
      WHERE lower((one #>> '{}') COLLATE sky_text) = lower(item COLLATE sky_text))
    WHEN 'object' THEN EXISTS (SELECT 1 FROM jsonb_object_keys(held) AS key
      WHERE lower(key COLLATE sky_text) = lower(item COLLATE sky_text))
    ELSE false END
$$""",
)


_POSTGIS = """
SELECT quote_ident(nspname)
FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
WHERE extname = 'postgis'"""
_NEAR = """
CREATE OR REPLACE FUNCTION sky_near(place jsonb, lng float8, lat float8, limits float8)
RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT {near} $$"""
_ON_SPHERE = "sky_distance(place, lng, lat) <= limits"
_ON_SPHEROID = """{postgis}.ST_DWithin(
  {postgis}.ST_MakePoint((place->>0)::float8, (place->>1)::float8)::{postgis}.geography,
  {postgis}.ST_MakePoint(lng, lat)::{postgis}.geography, limits)"""


def install(connection: Connection, schema: str) -> None:
    """Make the schema of an app with the functions and the collation in it."""
    connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
    _install_collation(connection)
    for function in _FUNCTIONS:
        connection.exec_driver_sql(function.replace("%", "%%"))
    near = _ON_SPHERE
    postgis = connection.execute(text(_POSTGIS)).scalar()
    if postgis is not None:
        near = _ON_SPHEROID.format(postgis=postgis)
    connection.exec_driver_sql(_NEAR.format(near=near))


def _install_collation(connection: Connection) -> None:
    """Make the order of a dictionary known; without ICU it is that of code points."""
    make = "CREATE COLLATION IF NOT EXISTS sky_text"
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"{make} (provider = icu, locale = 'und')")
    except DBAPIError:
        connection.exec_driver_sql(f'{make} FROM "C"')
