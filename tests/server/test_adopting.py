"""Apps of a real Skygear server are taken over, and nothing is changed there."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import bcrypt
import psycopg
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from skysyn.cli.app import app
from skysyn.errors import BundleError
from skysyn.server.bundles import Original, export_bundle, import_skygear, parts
from skysyn.server.bundles.skygear import expression, kind_of
from skysyn.server.bundles.source import snapshot
from skysyn.server.store import Store, system
from skysyn.server.store.catalog import RecordType
from skysyn.server.store.kinds import Kind

from .asking import Asker
from .worlds import Places, content, serve

if TYPE_CHECKING:
    from pathlib import Path

    from .postgres import Postgres

# as protocol §23 describes it; PostGIS is played by a domain over text, as its
# extension is not part of PostgreSQL
_SCHEMA = """
CREATE EXTENSION citext;
CREATE SCHEMA app_my_app;
SET search_path = app_my_app, public;
CREATE DOMAIN geometry AS text;
CREATE FUNCTION st_asgeojson(geometry) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE FUNCTION st_x(geometry) RETURNS float8 LANGUAGE sql AS 'SELECT 1::float8';
CREATE FUNCTION st_y(geometry) RETURNS float8 LANGUAGE sql AS 'SELECT 2.5::float8';
CREATE TABLE _auth (id text PRIMARY KEY, password text, provider_info jsonb,
  token_valid_since timestamp, last_seen_at timestamp, disabled boolean,
  disabled_message text, disabled_expiry timestamp);
CREATE TABLE _role (id text PRIMARY KEY, by_default boolean DEFAULT FALSE,
  is_admin boolean DEFAULT FALSE);
CREATE TABLE _auth_role (auth_id text REFERENCES _auth (id),
  role_id text REFERENCES _role (id), PRIMARY KEY (auth_id, role_id));
CREATE TABLE _asset (id text PRIMARY KEY, content_type text NOT NULL, size bigint);
CREATE TABLE _friend (left_id text, right_id text REFERENCES _auth (id),
  PRIMARY KEY (left_id, right_id));
CREATE TABLE _record_creation (record_type text, role_id text,
  PRIMARY KEY (record_type, role_id));
CREATE TABLE _record_default_access (record_type text PRIMARY KEY,
  default_access jsonb);
CREATE TABLE _record_field_access (record_type text, record_field text,
  user_role text, writable boolean, readable boolean, comparable boolean,
  discoverable boolean, PRIMARY KEY (record_type, record_field, user_role));
CREATE TABLE _subscription (id text, auth_id text, device_id text, type text,
  notification_info jsonb, query jsonb, PRIMARY KEY (auth_id, device_id, id));
CREATE TABLE _password_history (id text PRIMARY KEY, auth_id text, password text,
  logged_at timestamp);
CREATE TABLE "user" (_id text UNIQUE, _database_id text, _owner_id text,
  _access jsonb, _created_at timestamp NOT NULL, _created_by text,
  _updated_at timestamp NOT NULL, _updated_by text,
  username citext UNIQUE, email citext UNIQUE, last_login_at timestamp,
  PRIMARY KEY (_id, _database_id, _owner_id));
CREATE TABLE note (_id text UNIQUE, _database_id text, _owner_id text,
  _access jsonb, _created_at timestamp NOT NULL, _created_by text,
  _updated_at timestamp NOT NULL, _updated_by text,
  title text, n double precision, yes boolean, extra jsonb, at timestamp,
  author text CONSTRAINT "fk_author_user__id" REFERENCES "user" (_id),
  photo text REFERENCES _asset (id), area geometry, number serial UNIQUE,
  big bigint, address inet,
  PRIMARY KEY (_id, _database_id, _owner_id));
CREATE VIEW _user AS SELECT a.id, a.password, u.username, u.email,
  a.provider_info AS auth, a.token_valid_since, u.last_login_at, a.last_seen_at
  FROM _auth a JOIN "user" u ON u._id = a.id;
INSERT INTO _auth (id, password, provider_info, last_seen_at) VALUES
  ('ada', %(password)s, '{"com.example:1": {"id": "1"}}', '2016-01-02 03:04:05.6'),
  ('bob', %(password)s, NULL, NULL);
INSERT INTO _role VALUES ('Admin', FALSE, TRUE), ('scribe', TRUE, FALSE);
INSERT INTO _auth_role VALUES ('ada', 'Admin'), ('ada', 'scribe');
INSERT INTO _asset VALUES ('a-photo.png', 'image/png', 5), ('gone.png', 'image/png', 1),
  ('../secret', 'text/plain', 1);
INSERT INTO _friend VALUES ('ada', 'bob');
INSERT INTO _record_creation VALUES ('note', 'scribe');
INSERT INTO _record_default_access VALUES ('note', '[{"public":true,"level":"read"}]');
INSERT INTO _record_field_access VALUES
  ('user', 'email', '_owner', TRUE, TRUE, TRUE, TRUE);
INSERT INTO _subscription VALUES ('mine', '', 'd', 'query', NULL, '{"Type":"note"}');
INSERT INTO _password_history VALUES ('1', 'ada', 'x', '2016-01-01');
INSERT INTO "user" VALUES
  ('ada', '', 'ada', NULL, '2016-01-01', 'ada', '2016-01-01', 'ada', 'Ada', 'a@x.io'),
  ('bob', '', 'bob', NULL, '2016-01-01', 'bob', '2016-01-01', 'bob', 'bob', NULL);
INSERT INTO note (_id, _database_id, _owner_id, _access, _created_at, _updated_at,
  title, n, yes, extra, at, author, photo, area, big, address) VALUES
  ('1', '', 'ada', '[{"level":"read","user_id":"bob","relation":"$direct"}]',
   '2016-01-01', '2016-01-02', 'é', 1.5, TRUE, '{"a":[1,2.5,1e20]}', '0349-05-06',
   'ada', 'a-photo.png', '{"type":"Point","coordinates":[1,2]}', 7, '127.0.0.1'),
  ('2', '', 'ada', '[]', '2016-01-01', '2016-01-02', 'hidden', NULL, NULL, NULL, NULL,
   NULL, NULL, NULL, NULL, NULL),
  ('3', 'bob', 'bob', NULL, '2016-01-01', '2016-01-02', 'private', NULL, NULL, NULL,
   NULL, 'bob', NULL, NULL, NULL, NULL);
CREATE ROLE %(reader)s LOGIN;
GRANT USAGE ON SCHEMA app_my_app TO %(reader)s;
GRANT SELECT ON ALL TABLES IN SCHEMA app_my_app TO %(reader)s;
"""


@pytest.fixture
def original(postgres: Postgres, tmp_path: Path) -> Original:
    """An app of Skygear's, read by somebody who may write nothing."""
    owner = postgres.new_database()
    reader = "reader_" + owner.rpartition("/")[2]
    password = bcrypt.hashpw(b"old secret", bcrypt.gensalt(4)).decode()
    script = _SCHEMA.replace("%(password)s", f"'{password}'")
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute(script.replace("%(reader)s", reader).encode())
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "a-photo.png").write_bytes(b"photo")
    (tmp_path / "secret").write_bytes(b"not ours")
    return Original(owner.replace("postgres@", f"{reader}@"), "my.app", folder)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_an_app_of_skygear_is_taken_over(
    engine: str, original: Original, tmp_path: Path, postgres: Postgres
) -> None:
    place = Places(tmp_path, postgres).new("target", engine)

    report = import_skygear(original, place)

    counts = {part.name: part.rows for part in report.parts if part.rows}
    assert counts == {
        "schema": 2,
        "_asset": 3,
        "_auth": 2,
        "_auth_role": 2,
        "_friend": 1,
        "_password_history": 1,
        "_record_creation": 1,
        "_record_default_access": 1,
        "_record_field_access": 1,
        "_role": 2,
        "_skysyn_counter": 1,
        "note": 3,
        "user": 2,
    }
    assert report.left_out == {"_subscription": 1, "note.address": 1}
    assert report.without_content == 2
    exported = export_bundle(place, tmp_path / "bundle")
    assert (exported.parts, exported.sha256) == (report.parts, report.sha256)
    with serve(place) as server:
        check_users(Asker(server))


def test_places_are_read_as_postgis_says(original: Original) -> None:
    place = RecordType.make("note", "note", [("area", "area", Kind("location"))])

    with snapshot(original) as connection:
        found = list(parts.of_type(connection, place, expression).rows())

    assert [row["values"] for row in found] == [{"area": [1, 2.5]}, {}, {}]


def check_users(anyone: Asker) -> None:
    """Log in by the old password, and see what one may."""
    found: dict[str, Any] = {}
    for name in ("ada", "bob"):
        data = {"username": name.upper()}
        made = anyone.result("auth:login", auth_data=data, password="old secret")
        found[name] = made.get("roles")
        user = Asker(anyone.server, token=made["access_token"])
        found[f"{name} sees"] = user.keys("note")
    [note] = user.result("record:fetch", ids=["note/1"])
    assert found == {
        "ada": ["Admin", "scribe"],
        "ada sees": ["1", "2"],
        "bob": None,
        "bob sees": ["1"],
    }
    assert note["extra"] == {"a": [1, 2.5, 1e20]}
    assert note["at"]["$date"] == "0349-05-06T00:00:00Z"
    assert note["area"]["$val"] == {"type": "Point", "coordinates": [1, 2]}
    assert (note["number"], note["big"], note["title"]) == (1, 7, "é")
    assert note["author"] == {"$type": "ref", "$id": "user/ada"}
    assert note["photo"]["$name"] == "a-photo.png"


def test_nothing_is_changed_where_an_app_was(
    original: Original, tmp_path: Path
) -> None:
    with psycopg.connect(original.database) as connection:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM app_my_app.note")
        connection.rollback()
        before = state(connection)

    import_skygear(original, Places(tmp_path).new("target"))

    with psycopg.connect(original.database) as connection:
        assert state(connection) == before


def state(connection: psycopg.Connection[Any]) -> list[Any]:
    """Return what rows there are, with the transactions that wrote them."""
    tables = ("_auth", "_role", "_asset", "note", '"user"')
    found: list[Any] = []
    for name in tables:
        asked = f"SELECT xmin::text, t::text FROM app_my_app.{name} t ORDER BY 1, 2"
        found += connection.execute(asked.encode()).fetchall()
    asked = "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
    found += connection.execute(
        f"{asked} WHERE nspname = 'app_my_app' ORDER BY 1".encode()
    ).fetchall()
    return found


def test_the_command_takes_an_app_over(original: Original, tmp_path: Path) -> None:
    options = ["--from-skygear", original.database, "--skygear-app", "my.app"]
    files = ["--skygear-assets", str(original.assets)]
    database = ["--database", str(tmp_path / "db")]

    done = CliRunner().invoke(app, ["import", *options, *files, *database])

    assert (done.exit_code, "hash is equal" in done.output) == (0, True), done.output
    assert (
        "left out, as the local server has no place for it: 1 note.add" in done.output
    )
    with closing(Store(str(tmp_path / "db"), "myapp")) as store, store.read() as work:
        known = work.connection.execute(select(system.auth.c.id)).scalars().all()
    assert sorted(known) == ["ada", "bob"]


def test_files_may_stay_where_they_are(original: Original, tmp_path: Path) -> None:
    place = Places(tmp_path).new("target")
    bare = Original(original.database, original.app)

    assert import_skygear(bare, place).without_content == 3
    assert content(tmp_path / "target-files") == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("my_app", "other"), "no Skygear app in the schema app_other"),
        (("postgresql", "mysql"), "Skygear keeps its apps in PostgreSQL"),
        (("127.0.0.1:", "127.0.0.1:1"), "the database refuses this"),
    ],
)
def test_what_is_no_app_of_skygear_is_refused(
    change: tuple[str, str], said: str, original: Original, tmp_path: Path
) -> None:
    database = original.database.replace(*change)
    wrong = Original(database, original.app.replace(*change))

    with pytest.raises(BundleError, match=said):
        import_skygear(wrong, Places(tmp_path).new("target"))


@pytest.mark.parametrize(
    ("type_name", "target", "is_counted", "kind"),
    [
        ("text", None, False, "string"),
        ("text", "_asset", False, "asset"),
        ("text", "note", False, "ref(note)"),
        ("geometry(Point)", None, False, "location"),
        ("public.geometry(Point,4326)", None, False, "location"),
        ("geometry", None, False, "geometry"),
        ("integer", None, True, "sequence"),
        ("bigint", None, False, "integer"),
        ("citext", None, False, "string"),
        ("inet", None, False, "None"),
    ],
)
def test_columns_have_the_kinds_that_the_original_says(
    type_name: str, target: str | None, is_counted: bool, kind: str
) -> None:
    assert str(kind_of("note", type_name, target, is_counted=is_counted)) == kind
