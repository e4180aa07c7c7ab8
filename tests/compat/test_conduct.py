"""The package does with values and payloads what the original does.

Both read and write the same cases, in interpreters of their own.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .original import python_with_skygear

CONDUCT = Path(__file__).with_name("conduct.py")
ZONES = ["UTC", "Asia/Hong_Kong", "America/St_Johns"]
DATES = [
    "2016-11-21T23:55:00Z",
    "2016-11-21T23:55:00.636650941Z",
    "2016-02-29T00:00:00.5+08:00",
    "1999-12-31T23:59:59.000001-03:30",
    "2016-07-01T12:00:00.10Z",
    "2016-13-01T00:00:00Z",
    "2016-02-30T00:00:00Z",
    "2016-01-01",
    "",
    "2016-01-01T24:00:00Z",
    "2016-01-01T00:00:60Z",
]
TYPED: list[Any] = [
    *({"$type": "date", "$date": date} for date in DATES),
    {"$type": "asset", "$name": "a b", "$content_type": "text/plain"},
    {"$type": "asset", "$name": "n", "$url": "http://x"},
    {"$type": "asset", "$name": ""},
    {"$type": "geo", "$lng": 1.5, "$lat": -2},
    {"$type": "geo", "$lng": 1.5},
    {"$type": "ref", "$id": "note/1"},
    {"$type": "ref", "$id": "note"},
    {"$type": "unknown", "$underlying_type": "money"},
    {"$type": "unknown", "$underlying_type": None},
    {"$type": "geojson", "$val": {"type": "Point", "coordinates": [1, 2]}},
    {"$type": "seq"},
    {"$type": "keypath", "$val": "a.b"},
    {"$type": "record", "$record": {"_id": "note/1", "n": {"$type": "seq"}}},
    {"$type": "record", "$record": {}},
    {"$type": None, "a": 1},
]
ACCESS: list[Any] = [
    None,
    [],
    [{"public": True, "level": "read"}],
    [{"role": "boss", "level": "write"}, {"user_id": "u", "level": "read"}],
    [{"relation": "friend", "level": "read"}],
    [{"relation": "$direct", "user_id": "u", "level": "read"}],
    [{"level": "read"}],
    [{"public": True}],
]
WRITTEN = [
    "Predicate(title__eq='x').to_dict()",
    "Predicate(b__gt=1, a__in=[1, 2]).to_dict()",
    "Predicate(b__gt=1, a__eq=2, op=Predicate.OR).to_dict()",
    "(Predicate(a__eq=1) & Predicate(b__eq=2) & Predicate(c__eq=3)).to_dict()",
    "(Predicate(a__eq=1) | Predicate(b__eq=2) & Predicate(c__eq=3)).to_dict()",
    "((Predicate(a__eq=1) | Predicate(b__eq=2)) & Predicate(c__eq=3)).to_dict()",
    "(Predicate(a__eq=1) & (Predicate(b__eq=2) | Predicate(c__eq=3))).to_dict()",
    "(~Predicate(a__eq=1) & Predicate(b__eq=2)).to_dict()",
    "(~(Predicate(a__eq=1) | ~Predicate(b__eq=2, c__neq=3))).to_dict()",
    "(Predicate() & Predicate(a__eq=1)).to_dict()",
    "Predicate().to_dict()",
    "Predicate(title='x').to_dict()",
    "(db.query(Query('note', Predicate(a__eq=1))), db.asked)",
    "(db.query(Query('n', Predicate(a__eq=1), True, 5, 0, ['b'])), db.asked)",
    "Query('n').add_order('a', 'desc').add_order('b', 'asc').sort",
    "(db.query(Query('n', Predicate(a__eq=1), limit=None)), db.asked)",
    "db.save({'_id': 'note/1'})",
    "db.save([{'_id': 'note/1'}, {'_id': 'note/2'}], atomic=True)",
    "models.Record(models.RecordID('n', '1'), None, None, data={'a': 1}).data",
    "db.save(models.Record(models.RecordID('n', '1'), 'o', [], datetime(2016, 1, 2)))",
    "db.delete('note/1')",
    "db.delete([models.Record(models.RecordID('note', '1'), None, None), 'note/2'])",
    "SkygearContainer('http://h', 'k', 't', 'u', transport).send_action('a:b', {})",
    "SkygearContainer('h/', 'k', transport=transport).send_action('a', {}, True, 5)",
    "action.push_user(db.container, 'u', {'apns': {}})",
    "action.push_users(db.container, ['u', 'v'], {'gcm': {}}, 'topic')",
    "action.push_device(db.container, 'd', {'apns': {}})",
    "action.push_devices(db.container, ['d'], {'apns': {}}, topic='t')",
    "SkygearException('m').as_dict()",
    "SkygearException('m', 101, {'a': 1}).as_dict()",
    "str(SkygearException('m', 101))",
    "SkygearException.from_dict({}).as_dict()",
    "SkygearException.from_dict({'message': 'm', 'code': 108}).as_dict()",
    "[SkygearException('m', c).readable_message() for c in [*range(100, 130), 10000]]",
    "models.RecordID('note', '')",
    "models.RecordID('', '1')",
    "models.RecordID('note', '1') == models.RecordID('note', '1')",
    "models.RecordID('note', '1') == models.RecordID('note', '2')",
    "models.RecordID('note', '1') == 'note/1'",
    "models.Location(1, 2) == models.Location(1, 2)",
    "models.Asset('', None)",
    "models.Reference(None)",
    "models.Record('id', 'o', None) == models.Record('id', 'o', None)",
    "len(models.Record('id', 'o', None, data={'a': 1}))",
    "list(models.Record('id', 'o', None, data={'a': 1}))",
    "'a' in models.Record('id', 'o', None, data={'a': 1})",
    "models.Record('id', 'o', None).get('a', 5)",
    "models.Record('id', 'o', None)['a']",
]


def made_up(dice: random.Random, depth: int = 3) -> Any:
    """Return a value that a server may send."""
    kind = dice.randrange(8 if depth else 6)
    match kind:
        case 0 | 1:
            return dice.choice(TYPED)
        case 2:
            return dice.choice([None, True, False, "", "ünï", "2016-01-01T00:00:00Z"])
        case 3:
            return dice.choice([0, -1, 2**53, 1.5, -0.25, 1e300])
        case 4:
            at = dice.randrange(-(2**31), 2**33)
            return {"$type": "date", "$date": date_of(at, dice.randrange(10**6))}
        case 5:
            return "text" * dice.randrange(3)
        case 6:
            return [made_up(dice, depth - 1) for _ in range(dice.randrange(4))]
        case _:
            names = dice.sample(["a", "b", "$type", "$date", "_id"], dice.randrange(4))
            return {name: made_up(dice, depth - 1) for name in names}


def date_of(seconds: int, micro: int) -> str:
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=max(0, seconds))
    return f"{at:%Y-%m-%dT%H:%M:%S}.{micro:06}Z"


def cases() -> list[Any]:
    dice = random.Random(20160101)
    found: list[Any] = [["value", value] for value in TYPED]
    found += [["value", made_up(dice)] for _ in range(400)]
    found += [["record", {"_id": "note/1", "_access": access}] for access in ACCESS]
    for _ in range(100):
        record = {"_id": "note/1", "_access": None, "_ownerID": "u", "_type": "record"}
        record |= {"_created_at": dice.choice(DATES[:5]), "_created_by": "u"}
        record |= {"_updated_at": dice.choice(DATES[:5]), "_updated_by": "v"}
        fields = {f"f{n}": made_up(dice) for n in range(dice.randrange(5))}
        found.append(["record", record | fields])
    return found + [["written", source] for source in WRITTEN]


def conduct(python: str | Path, package: str, zone: str) -> list[Any]:
    """Return what *package* does with each case, in a time zone."""
    done = subprocess.run(
        [python, "-Wignore", CONDUCT, package],
        input=json.dumps(cases()),
        env={**os.environ, "TZ": zone, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("zone", ZONES)
def test_the_package_does_what_the_original_does(zone: str) -> None:
    original = conduct(python_with_skygear(), "skygear", zone)
    ours = conduct(sys.executable, "skysyn.compat.skygear", zone)

    differing = [
        (case, theirs, our)
        for case, theirs, our in zip(cases(), original, ours, strict=True)
        if theirs != our
    ]

    assert differing == []
    assert sum(answer != "fails" for answer in ours) > 400
