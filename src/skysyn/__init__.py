"""Typed models for two remote record services, Skygear and accsyn."""

from skysyn.dialects.skygear.model import Record
from skysyn.models import (
    ACL,
    JSON,
    Asset,
    Field,
    GeoJSON,
    Location,
    ReadOnly,
    RecordID,
    Ref,
    Sequence,
    Unknown,
    field,
    readonly,
)

__all__ = [
    "ACL",
    "JSON",
    "Asset",
    "Field",
    "GeoJSON",
    "Location",
    "ReadOnly",
    "RecordID",
    "Record",
    "Ref",
    "Sequence",
    "Unknown",
    "field",
    "readonly",
]
