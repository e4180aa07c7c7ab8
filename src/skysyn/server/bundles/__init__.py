"""Bundles: an app as a folder of files, to be kept, moved and read again."""

from .adopting import import_skygear
from .exporting import export_bundle
from .importing import import_bundle
from .place import Original, Place
from .report import Report, Watch

__all__ = [
    "Original",
    "Place",
    "Report",
    "Watch",
    "export_bundle",
    "import_bundle",
    "import_skygear",
]
