"""Cloud code as it was written for the original runtime; only imports are changed."""

import datetime

from skysyn.compat import skygear
from skysyn.compat.skygear import static_assets
from skysyn.compat.skygear.container import SkygearContainer
from skysyn.compat.skygear.encoding import serialize_record
from skysyn.compat.skygear.error import InvalidArgument, SkygearException
from skysyn.compat.skygear.models import Location, PublicAccessControlEntry, Reference
from skysyn.compat.skygear.options import options
from skysyn.compat.skygear.providers import BaseAuthProvider
from skysyn.compat.skygear.utils import db
from skysyn.compat.skygear.utils.assets import directory_assets
from skysyn.compat.skygear.utils.context import current_context, current_user_id


@skygear.op("food:buy", auth_required=True, user_required=False)
def buy_food(food):
    return {"success": True, "food": food}


@skygear.op("typed")
def typed(*args, **kwargs):
    kinds = [type(value).__name__ for value in (*args, *kwargs.values())]
    naive = [v.tzinfo is None for v in args if isinstance(v, datetime.datetime)]
    return {"kinds": kinds, "naive": naive, "back": list(args)}


@skygear.op("whoami")
def whoami():
    return [current_user_id(), skygear.utils.context.current_request_id()]


@skygear.op("refuse")
def refuse():
    raise SkygearException("no such food", InvalidArgument, {"arguments": ["food"]})


@skygear.op("nonsense")
def nonsense():
    return object()


@skygear.op("keys")
def keys():
    return [options.masterkey, SkygearContainer().api_key]


@skygear.before_save("note")
def check_note(record, original_record, db):
    if record.get("title") == "":
        raise Exception("a note has a title")
    record["first"] = original_record is None
    record["place"] = Location(1, 2)
    record.acl = [PublicAccessControlEntry("read")]
    return "ignored"


@skygear.after_save("note", async_=True, name="note.saved")
def note_saved(record, original_record, db):
    db.execute("INSERT INTO log VALUES ('%s')" % record["title"])


@skygear.before_delete("note")
def keep_note(record, db):
    row = db.execute("SELECT count(*) AS n FROM log").first()
    if row["n"]:
        raise SkygearException("%d entries" % row.n)


@skygear.every("@every 30s")
def tick():
    pass


@skygear.every(datetime.timedelta(minutes=1), name="minute")
def minute():
    pass


@skygear.event("schema-changed")
def changed(**kwargs):
    typed.seen = kwargs


@skygear.handler("count", method="GET")
def count(request):
    with db.conn() as conn:
        found = conn.execute("SELECT what FROM log WHERE what <> ?", "none")
        return [row["what"] for row in found.fetchall()]


@skygear.handler("answer")
def answer(request):
    return skygear.Response("made", 201, {"X-Made": "yes"})


@skygear.provides("auth", "com.example")
class Example(BaseAuthProvider):
    def login(self, auth_data):
        if auth_data["token"] != "right":
            raise SkygearException("wrong", 105)
        return {"principal_id": auth_data["id"], "auth_data": auth_data}


@skygear.rest("notes")
class Notes(skygear.RestfulResource):
    def index(self):
        return ["all"]

    def create(self):
        return self.get_payload()

    def get(self, ident):
        return {"id": ident}


@static_assets("docs")
def docs():
    return directory_assets("assets")


@skygear.exception_handler(ZeroDivisionError)
def divided(exc):
    return SkygearException("do not divide by zero", InvalidArgument)


@skygear.op("divide")
def divide(n):
    return 1 / n
