"""System tables: users, roles, tokens, and what is known about record types."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from .kinds import Instant, json_type

SYSTEM = MetaData()

auth = Table(
    "_auth",
    SYSTEM,
    Column("id", Text, primary_key=True),
    Column("password", Text),
    Column("provider_info", json_type()),
    Column("token_valid_since", Instant),
    Column("last_seen_at", Instant),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("disabled_message", Text),
    Column("disabled_expiry", Instant),
)
password_history = Table(
    "_password_history",
    SYSTEM,
    Column("id", Text, primary_key=True),
    Column("auth_id", Text, ForeignKey("_auth.id"), nullable=False, index=True),
    Column("password", Text, nullable=False),
    Column("logged_at", Instant),
)
role = Table(
    "_role",
    SYSTEM,
    Column("id", Text, primary_key=True),
    Column("by_default", Boolean, nullable=False, default=False),
    Column("is_admin", Boolean, nullable=False, default=False),
)
auth_role = Table(
    "_auth_role",
    SYSTEM,
    Column("auth_id", Text, ForeignKey("_auth.id"), primary_key=True),
    Column("role_id", Text, ForeignKey("_role.id"), primary_key=True),
)
token = Table(
    "_token",
    SYSTEM,
    Column("digest", Text, primary_key=True),
    Column("auth_id", Text, nullable=False),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant),
)
ended_token = Table(
    "_skysyn_ended_token",
    SYSTEM,
    Column("id", Text, primary_key=True),
    Column("expires_at", Instant),
)
# what signed tokens name that are good, once a reset has ended others: the last one
# is what new tokens name; none at all before the first reset
era = Table(
    "_skysyn_era",
    SYSTEM,
    Column("name", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)
asset = Table(
    "_asset",
    SYSTEM,
    Column("id", Text, primary_key=True),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
)
device = Table(
    "_device",
    SYSTEM,
    Column("id", Text, primary_key=True),
    Column("auth_id", Text, ForeignKey("_auth.id")),
    Column("type", Text, nullable=False),
    Column("token", Text, nullable=False, index=True),
    Column("topic", Text, nullable=False),
    Column("last_registered_at", Instant, nullable=False),
)
subscription = Table(
    "_subscription",
    SYSTEM,
    # the database: "" is everyone's, others are users'
    Column("auth_id", Text, primary_key=True),
    Column(
        "device_id",
        Text,
        ForeignKey("_device.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("notification_info", json_type()),
    Column("query", json_type(), nullable=False),
    Column("record_type", Text, nullable=False, index=True),
)
friend = Table(
    "_friend",
    SYSTEM,
    Column("left_id", Text, ForeignKey("_auth.id"), primary_key=True),
    Column("right_id", Text, ForeignKey("_auth.id"), primary_key=True),
)
follow = Table(
    "_follow",
    SYSTEM,
    Column("left_id", Text, ForeignKey("_auth.id"), primary_key=True),
    Column("right_id", Text, ForeignKey("_auth.id"), primary_key=True),
)
RELATIONS = {"friend": friend, "follow": follow}
for _table in RELATIONS.values():
    Index(f"{_table.name}_inward", _table.c.right_id)

sso_oauth = Table(
    "_sso_oauth",
    SYSTEM,
    Column("provider", Text, primary_key=True),
    Column("principal_id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("_auth.id"), nullable=False),
    Column("token_response", json_type()),
    Column("profile", json_type()),
    Column("_created_at", Instant),
    Column("_updated_at", Instant),
)
sso_custom_token = Table(
    "_sso_custom_token",
    SYSTEM,
    Column("principal_id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("_auth.id"), nullable=False),
)

creation = Table(
    "_record_creation",
    SYSTEM,
    Column("record_type", Text, primary_key=True),
    Column("role_id", Text, ForeignKey("_role.id"), primary_key=True),
)
default_access = Table(
    "_record_default_access",
    SYSTEM,
    Column("record_type", Text, primary_key=True),
    Column("default_access", json_type(), nullable=False),
)
field_access = Table(
    "_record_field_access",
    SYSTEM,
    Column("record_type", Text, primary_key=True),
    Column("record_field", Text, primary_key=True),
    Column("user_role", Text, primary_key=True),
    Column("writable", Boolean, nullable=False),
    Column("readable", Boolean, nullable=False),
    Column("comparable", Boolean, nullable=False),
    Column("discoverable", Boolean, nullable=False),
)

# what the original reads from PostgreSQL's catalogue stands in tables of our own:
# SQLite has fewer types, folds the case of names, and PostgreSQL cuts them
record_type = Table(
    "_skysyn_type",
    SYSTEM,
    Column("name", Text, primary_key=True),
    Column("sql", Text, nullable=False),
)
record_field = Table(
    "_skysyn_field",
    SYSTEM,
    Column("record_type", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("sql", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("target", Text),
)
counter = Table(
    "_skysyn_counter",
    SYSTEM,
    Column("record_type", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)
version = Table(
    "_skysyn_version",
    SYSTEM,
    Column("name", Text, primary_key=True),
    Column("value", Integer, nullable=False),
)

NAMES = frozenset(SYSTEM.tables)
