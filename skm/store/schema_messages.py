"""The tables of messages: what came in, what goes out, and what it costs."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from skm.store.moment import Moment
from skm.store.schema import metadata, numbered
from skm.store.schema_officials import official

received = Table(
    "received",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("message_id", String(128), primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    sqlite_with_rowid=False,
)

poison = Table(  # what could not be taken, for whoever mends it
    "poison",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("message", String(64), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("shape", Text, nullable=False),  # JSON: names, types and lengths, no content
    Column("at", Moment, nullable=False, index=True),
)

delivery = Table(
    "delivery",
    metadata,
    numbered(),
    Column("key", String(96), nullable=False, unique=True),  # planned once
    Column("kind", String(16), nullable=False),
    Column("official_id", Integer, ForeignKey(official.c.id), nullable=False),
    Column("about", String(64), nullable=False),  # the period's code, or the alert's id
    Column("due_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_at", Moment),
    Column("content", Text),  # JSON, frozen before the first attempt
    Column("picture", LargeBinary),
    Column("sha256", String(64)),
    Column("sent_at", Moment),
    Column("error", Text),
)
Index("ix_delivery_state", delivery.c.state, delivery.c.next_at)

spending = Table(
    "spending",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("month", String(7), primary_key=True),  # 2026-11, as the instansi's calendar says
    Column("replies", Integer, nullable=False),  # messages to whoever wrote to us
    Column("bulk", Integer, nullable=False),  # messages that we began
)
