"""Apps are moved whole, and their users notice nothing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import Phase, given
from hypothesis import settings as hypothesis_settings

from skysyn.server.bundles import Place, export_bundle, import_bundle
from tests.server import worlds
from tests.server.asking import Asker
from tests.server.worlds import RECORDS, Places, content, serve

if TYPE_CHECKING:
    from tests.server.postgres import Postgres

ENGINES = ["sqlite", "postgresql"]
BY_ID: Any = [[{"$type": "keypath", "$val": "_id"}, "asc"]]
# an example takes half a second: shrinking would take minutes
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


@hypothesis_settings(max_examples=5, deadline=None, phases=PHASES)
@given(records=RECORDS)
@pytest.mark.slow
def test_an_app_that_is_moved_twice_is_the_same_to_the_byte(
    postgres: Postgres, records: dict[tuple[str, str], Any]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        places = Places(Path(folder), postgres)
        one, two = places.new("one"), places.new("two", "postgresql")
        three = places.new("three")
        with serve(one) as server:
            master = Asker(server).as_master()
            for (name, key), (fields, access, to) in records.items():
                saved = {"_id": f"{name}/{key}", "_access": access, **fields}
                master.ask("record:save", records=[saved])
                if (name, to) in records:
                    saved = {"_id": f"{name}/{key}", "to": worlds.ref(f"{name}/{to}")}
                    master.ask("record:save", records=[saved])

        exported = export_bundle(one, places.folder / "1")
        import_bundle(places.folder / "1", two)
        export_bundle(two, places.folder / "2")
        imported = import_bundle(places.folder / "2", three)
        export_bundle(three, places.folder / "3")

        first = content(places.folder / "1")
        assert content(places.folder / "2") == first
        assert content(places.folder / "3") == first
        assert imported == exported
        assert exported.records <= len(records)


@pytest.mark.parametrize("engine", ENGINES)
def test_users_see_the_same_and_log_in_after_a_move(
    engine: str, filled: Path, tmp_path: Path, postgres: Postgres
) -> None:
    shutil.copytree(filled, tmp_path / "copy")
    source = Places(tmp_path / "copy").new("app")
    target = Places(tmp_path, postgres).new("moved", engine)

    report = import_bundle(filled / "bundle", target)

    assert seen(target) == seen(source)
    assert (report.rows("_asset"), report.without_content, report.records) == (5, 1, 15)


def seen(place: Place) -> dict[str, Any]:
    """Return what each user of an app sees, and may write."""
    found: dict[str, Any] = {}
    with serve(place) as server:
        anyone = Asker(server)
        askers = {"anyone": anyone, "master": anyone.as_master()}
        for name in ("ada", "bob"):
            data: dict[str, Any] = {"auth_data": {"username": name}}
            made = anyone.result("auth:login", password="old secret", **data)
            askers[name] = attrs.evolve(anyone, token=made["access_token"])
            found[f"roles of {name}"] = made.get("roles")
        for name, asker in askers.items():
            found[name] = asker.ask("record:query", record_type="note", sort=BY_ID)
            found[f"{name} alone"] = asker.ask(
                "record:query", record_type="note", database_id="_private"
            )
        for name, asker in askers.items():
            saved = [{"_id": f"note/{n}", "title": name} for n in (*range(12), "new")]
            entries = asker.ask("record:save", records=saved).get("result", [])
            found[f"{name} writes"] = [
                (entry.get("code"), entry.get("number")) for entry in entries
            ]
    return found
