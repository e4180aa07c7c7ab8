"""The recorded calls about files and folders."""

from __future__ import annotations

from skysyn.accsyn import Listing, Place

from .accsyn_call import MANY, Call

FILES: dict[str, Call] = {
    "ls of >100k path list (GET, gz_data in the query string)": (
        lambda s: s.ls(MANY),
        None,
    ),
    "ls('share=p/x')": (
        lambda s: s.ls("share=p/x"),
        lambda s: s.files.ls(Place.on("share", "p", "x")),
    ),
    "ls(every option)": (
        lambda s: s.ls(
            "share=p",
            recursive=True,
            maxdepth=2,
            getsize=True,
            files_only=True,
            directories_only=True,
            include=["*.mov", "re('a.*')"],
            exclude="*.tmp",
        ),
        lambda s: s.files.ls(
            "share=p",
            Listing(
                recursive=True,
                maxdepth=2,
                getsize=True,
                files_only=True,
                directories_only=True,
                include=["*.mov", "re('a.*')"],
                exclude="*.tmp",
            ),
        ),
    ),
    "ls([..2 paths..])": (lambda s: s.ls(["share=p/a", "share=q/b"]), None),
    "getsize('share=p', include=..)": (
        lambda s: s.getsize("share=p", include="*.mov", exclude="x"),
        lambda s: s.files.getsize("share=p", include="*.mov", exclude="x"),
    ),
    "exists('share=p/x')": (
        lambda s: s.exists("share=p/x"),
        lambda s: s.files.exists("share=p/x"),
    ),
    "mkdir('share=p/new')": (
        lambda s: s.mkdir("share=p/new"),
        lambda s: s.files.mkdir("share=p/new"),
    ),
    "rename(a, b)": (
        lambda s: s.rename("share=p/a", "share=p/b"),
        lambda s: s.files.rename("share=p/a", "share=p/b"),
    ),
    "mv(a, b)": (
        lambda s: s.mv("share=p/a", "share=p/d/a"),
        lambda s: s.files.mv("share=p/a", "share=p/d/a"),
    ),
    "delete('share=p/a')": (
        lambda s: s.delete("share=p/a"),
        lambda s: s.files.delete("share=p/a"),
    ),
    "delete('share=p/a', force=True)": (
        lambda s: s.delete("share=p/a", force=True),
        lambda s: s.files.delete("share=p/a", force=True),
    ),
    "ls with unicode and reserved characters": (
        lambda s: s.ls("share=p/Jönsson & Co #1?+%.mov"),
        lambda s: s.files.ls("share=p/Jönsson & Co #1?+%.mov"),
    ),
}
