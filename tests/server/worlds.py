"""Worlds: small apps with something of everything, made as clients would."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import attrs
import bcrypt
from hypothesis import strategies as st
from sqlalchemy import update

from skysyn.server import Server
from skysyn.server.assets import open_assets
from skysyn.server.bundles import Place
from skysyn.server.store import Store, files, system

from .asking import Asker, settings

if TYPE_CHECKING:
    from pathlib import Path

    from .postgres import Postgres

TYPES = ["note", "Note", "é <x>", "t" * 70]
KEYS = ["1", "2", "a/b", "Ü", "Z"]
_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_NUMBER = st.floats(allow_nan=False, allow_infinity=False, width=32) | st.integers(
    -(2**53), 2**53
)
_JSON = st.recursive(
    st.none() | st.booleans() | _NUMBER | _TEXT,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3)
    ),
    max_leaves=5,
)
_PLACE = st.fixed_dictionaries(
    {"$type": st.just("geo"), "$lng": st.floats(-180, 180), "$lat": st.floats(-90, 90)}
)
_DATE = st.datetimes().map(
    lambda at: {"$type": "date", "$date": f"{at.isoformat()[:19]}.000001Z"}
)
_ACCESS = st.none() | st.lists(
    st.sampled_from(
        [
            {"public": True, "level": "read"},
            {"role": "boss", "level": "write"},
            {"user_id": "somebody", "relation": "$direct", "level": "write"},
        ]
    ),
    max_size=2,
)
_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "text": _TEXT,
        "Text": _TEXT,
        "n": _NUMBER,
        "yes": st.booleans(),
        "json": st.dictionaries(_TEXT, _JSON, max_size=3) | st.lists(_JSON, max_size=3),
        "at": _DATE,
        "place": _PLACE,
        "no": st.just({"$type": "seq"}),
    },
)
RECORDS = st.dictionaries(
    st.tuples(st.sampled_from(TYPES), st.sampled_from(KEYS)),
    st.tuples(_FIELDS, _ACCESS, st.none() | st.sampled_from(KEYS)),
    max_size=8,
)
"""Fields, access and the key that is referred to, by type and key."""


@attrs.frozen
class Places:
    """Where apps are made: a folder, and a PostgreSQL if one is needed."""

    folder: Path
    postgres: Postgres | None = None

    def new(self, name: str, engine: str = "sqlite") -> Place:
        """Return a place without an app."""
        database = str(self.folder / f"{name}.db")
        if engine == "postgresql":
            assert self.postgres is not None
            database = self.postgres.new_database()
        return Place(database, "app", self.folder / f"{name}-files")


def serve(place: Place) -> Server:
    """Return a server of the app in *place*."""
    made = settings(database=place.database, app=place.app, assets=place.assets)
    return Server(made)


def fill(place: Place) -> None:
    """Make an app with users, roles, rules, files, and records of each kind."""
    with serve(place) as server:
        anyone = Asker(server)
        ada, bob, master = (
            anyone.signup("ada"),
            anyone.signup("Bob"),
            anyone.as_master(),
        )
        master.result("role:assign", users=[ada.user_id], roles=["boss", "scribe"])
        master.result("role:default", roles=["scribe"])
        ada.result("relation:add", name="friend", targets=[bob.user_id])
        ada.save(*(record(n, ada, bob) for n in range(12)))
        links = [
            {"_id": f"note/{n}", "next": ref(f"note/{n * 7 % 12}")} for n in range(12)
        ]
        ada.save(*links, {"_id": "user/" + ada.user_id, "best": ref("note/3")})
        bob.save({"_id": "note/mine", "title": "private"}, database_id="_private")
        master.result("schema:access", type="note", create_roles=["boss"])
        master.result(
            "schema:default_access",
            type="note",
            default_access=[{"public": True, "level": "read"}],
        )


def record(number: int, ada: Asker, bob: Asker) -> dict[str, Any]:
    """Return a note; each has another access control list."""
    access: list[Any] = [
        None,
        [],
        [{"public": True, "level": "read"}],
        [{"role": "boss", "level": "write"}],
        [{"relation": "$direct", "user_id": bob.user_id, "level": "read"}],
        [{"role": "scribe", "level": "read"}, {"public": True, "level": "write"}],
    ]
    return {
        "_id": f"note/{number}",
        "_access": access[number % len(access)],
        "title": f"no. {number}",
        "number": {"$type": "seq"},
        "author": ref(f"user/{(ada, bob)[number % 2].user_id}"),
        "place": {"$type": "geo", "$lng": number + 0.25, "$lat": 1},
        "area": {"$type": "geojson", "$val": {"type": "Point", "coordinates": [1, 2]}},
        "at": {"$type": "date", "$date": "2020-02-29T12:00:00.5Z"},
    }


def ref(record_id: str) -> dict[str, str]:
    """Return a reference to a record."""
    return {"$type": "ref", "$id": record_id}


def add_files(place: Place, count: int) -> None:
    """Give an app files: the last of them is announced, and was never sent."""
    store = Store(place.database, place.app)
    assert place.assets is not None
    folder = open_assets(place.assets, {})
    with store.write() as work:
        for number in range(count):
            name, content = f"f/{number}-ü.txt", b"content %d" % (number // 2) * 1000
            files.announce(work, name, "text/plain", len(content))
            if number < count - 1:
                folder.store(name, io.BytesIO(content))
    store.close()


def set_bcrypt(place: Place, password: str) -> None:
    """Give every user a password as an imported database has it."""
    stored = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
    store = Store(place.database, place.app)
    with store.write() as work:
        work.connection.execute(update(system.auth).values(password=stored))
    store.close()


def content(folder: Path) -> dict[str, bytes]:
    """Return every file of a bundle."""
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}
