"""The tables of messages: what came in, what goes out, and what it costs."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from skm.store.schema.column_types import Timestamp
from skm.store.schema.officials import official
from skm.store.schema.survey import metadata, numbered

received = Table(
    "received",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("message_id", String(128), primary_key=True),
    Column("at", Timestamp, nullable=False, index=True),
    sqlite_with_rowid=False,
)

unreadable = Table(  # messages that could not be read or processed
    "unreadable",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("message_id", String(64), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("shape", Text, nullable=False),  # JSON: names, types and lengths, no content
    Column("at", Timestamp, nullable=False, index=True),
)

delivery = Table(
    "delivery",
    metadata,
    numbered(),
    Column("key", String(96), nullable=False, unique=True),  # planned once
    Column("kind", String(16), nullable=False),
    Column("official_id", Integer, ForeignKey(official.c.id), nullable=False),
    Column("about", String(64), nullable=False),  # the period's code, or the alert's id
    Column("due_at", Timestamp, nullable=False),
    Column("state", String(16), nullable=False),
    Column("next_at", Timestamp, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_at", Timestamp),
    Column("content", Text),  # JSON, frozen before the first attempt
    Column("picture", LargeBinary),
    Column("sha256", String(64)),
    Column("sent_at", Timestamp),
    Column("error", Text),
    Column("accepted", Integer, nullable=False, server_default="0"),  # messages of several
    Column("plain", Boolean, nullable=False, server_default=text("false")),  # without its picture
)
Index("ix_delivery_state", delivery.c.state, delivery.c.next_at)

sent_message = Table(  # to correct a delivery by what the messenger reports later
    "sent_message",
    metadata,
    Column("message_id", String(32), primary_key=True),  # a digest
    Column(
        "delivery_id", Integer, ForeignKey(delivery.c.id, ondelete="CASCADE"), index=True
    ),  # none: reported before we knew it, or no longer of interest
    Column("invitation", Boolean, nullable=False),
    Column("outcome", String(16)),
    Column("error", Text),
    Column("retry_at", Timestamp),
    Column("at", Timestamp, nullable=False, index=True),
)

spending = Table(
    "spending",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("month", String(7), primary_key=True),  # 2026-11, as the instansi's calendar says
    Column("replies", Integer, nullable=False),  # replies to users
    Column("bulk", Integer, nullable=False),  # messages that we began
)
