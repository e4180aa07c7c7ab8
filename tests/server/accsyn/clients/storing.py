"""Storing: files and folders of a share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .telling import Teller


def storage(s: Any, tell: Teller) -> None:
    tell("root", s.ls, "share=proj")
    tell("default volume", s.ls, "share=(default)/scd")
    tell("recursive", s.ls, "volume=proj/scd", recursive=True)
    tell(
        "everything about a tree",
        s.ls,
        "share=proj",
        recursive=True,
        maxdepth=2,
        getsize=True,
    )
    tell("folders only", s.ls, "share=proj", directories_only=True)
    tell("files only", s.ls, "share=proj", files_only=True)
    tell(
        "filters",
        s.ls,
        "share=proj/scd",
        include=["*.MOV", "re('^x')"],
        exclude="*.tmp",
    )
    tell("several paths", s.ls, ["share=proj/scd", "share=proj/empty"])
    tell("size", s.getsize, "share=proj/scd")
    tell("size of some", s.getsize, "share=proj", include="*.mov", exclude="b*")
    tell("is there", s.exists, "share=proj/scd/a.mov")
    tell("is not there", s.exists, "share=proj/nowhere")
    tell("make a folder", s.mkdir, "share=proj/new")
    tell("make it again", s.mkdir, "share=proj/new")
    tell("rename", s.rename, "share=proj/new", "share=proj/newer")
    tell("move", s.mv, "share=proj/newer", "share=proj/empty/newer")
    tell("delete a folder", s.delete, "share=proj/empty/newer")
    tell("delete a full folder", s.delete, "share=proj/full")
    tell("delete by force", s.delete, "share=proj/full", force=True)
    tell("list what is gone", s.ls, "share=proj/full")
    tell("lead out", s.ls, "share=proj/../..")
    tell("lead out in disguise", s.ls, "share=proj/%2e%2e/x")
    tell("unusual names", s.ls, "share=proj/Jönsson & Co #1?+%")
    tell("unknown share", s.ls, "share=nosuch")
    many = [f"share=proj/scd/{'x' * 60}{number}" for number in range(1600)]
    tell("a long request line", lambda: len(s.exists(many[:800])))
    tell("a longer one, compressed", lambda: len(s.exists(many)))
    tell.here("no path", s.ls, "")
