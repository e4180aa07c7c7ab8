"""What cloud code finds in `skygear.utils`."""

from . import assets, context, db, http, logging, user
from .truth import strtobool

__all__ = ["assets", "context", "db", "http", "logging", "strtobool", "user"]
