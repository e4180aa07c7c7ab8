"""The store: users, records and their schema in SQLite or PostgreSQL."""

from .store import Store, Work

__all__ = ["Store", "Work"]
