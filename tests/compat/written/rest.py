"""Cloud code with records as resources and files of its own."""

import os

from skysyn.compat import skygear
from skysyn.compat.skygear.utils.assets import (
    DictStaticAssetsLoader,
    StaticAssetsLoader,
    package_assets,
    relative_assets,
)


@skygear.rest("api:notes")
class Notes(skygear.RestfulRecord):
    record_type = "note"

    def predicate(self):
        return ["neq", {"$type": "keypath", "$val": "title"}, "hidden"]

    def query_options(self):
        return {"sort": [[{"$type": "keypath", "$val": "title"}, "asc"]]}


@skygear.static_assets("dict")
def from_dict():
    return DictStaticAssetsLoader({"a/b.txt": b"dict"})


@skygear.static_assets("folder")
def from_folder():
    return os.path.dirname(__file__)


@skygear.static_assets("beside")
def from_beside():
    return relative_assets("../written")


@skygear.static_assets("package")
def from_package():
    return package_assets("skysyn", "cli")


class Own(StaticAssetsLoader):
    def get_asset(self, name):
        return b"own " + name.encode()

    def exists_asset(self, name):
        return name == "file"

    def copy_into(self, path):
        os.makedirs(path)
        with open(os.path.join(path, "file"), "wb") as file:
            file.write(b"own file")


@skygear.static_assets("own")
def from_own():
    return Own()


@skygear.static_assets("nothing")
def from_nothing():
    return None
