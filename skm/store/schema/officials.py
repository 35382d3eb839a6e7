"""The tables of officials: who they are, what they did, and what they are told of."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, text

from skm.store.schema.column_types import Timestamp
from skm.store.schema.survey import metadata, numbered, upp

official = Table(
    "official",
    metadata,
    numbered(),
    Column("person", String(32), unique=True),  # a pseudonym; gone once removed
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("upp_id", Integer, ForeignKey(upp.c.id)),  # none: the whole instansi
    Column("channel", String(16), nullable=False),
    Column("address", Text),  # gone once removed
    Column("language", String(8), nullable=False),
    Column("since", Timestamp, nullable=False),
    Column("removed_at", Timestamp),
    Column("heard_at", Timestamp),  # when they last wrote, where that opens a window
    Column("knocked_at", Timestamp),  # when they were last asked to open it
    Column("alerts", Boolean, nullable=False, server_default=text("true")),  # and reminders
)

invitation = Table(
    "invitation",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("upp_id", Integer, ForeignKey(upp.c.id)),
    Column("name", Text, nullable=False),
    Column("official_id", Integer, ForeignKey("official.id")),  # who invited; none: an operator
    Column("created_at", Timestamp),  # none in those of earlier versions
    Column("expires_at", Timestamp, nullable=False),
    Column("used_at", Timestamp),
    Column("revoked_at", Timestamp),
)

confirmation = Table(  # an act that was asked about and waits to be confirmed
    "confirmation",
    metadata,
    Column("person", String(32), primary_key=True),  # a pseudonym; one question at a time
    Column("code_hash", String(64), nullable=False),
    Column("act", Text, nullable=False),
    Column("expires_at", Timestamp, nullable=False),
)

sign_in = Table(  # links to the officials' pages, each for one session
    "sign_in",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("official_id", Integer, ForeignKey(official.c.id), nullable=False),
    Column("expires_at", Timestamp, nullable=False),
)

web_session = Table(
    "web_session",
    metadata,
    numbered(),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("official_id", Integer, ForeignKey(official.c.id), nullable=False),
    Column("began_at", Timestamp, nullable=False),
    Column("seen_at", Timestamp, nullable=False),
)

log = Table(
    "log",
    metadata,
    numbered(),
    Column("at", Timestamp, nullable=False, index=True),
    Column("official_id", Integer, ForeignKey(official.c.id)),  # none: the command line
    Column("name", Text, nullable=False, server_default=""),  # as it was at that moment
    Column("event", String(16), nullable=False),
    Column("about", Text, nullable=False),
)

subscription = Table(
    "subscription",
    metadata,
    Column("official_id", Integer, ForeignKey(official.c.id), primary_key=True),
    Column("frequency", String(16), primary_key=True),
    Column("weekday", Integer, nullable=False),
    Column("at", String(5), nullable=False),  # local wall clock, 07:30
    Column("since", Timestamp, nullable=False),  # nothing that was due before is sent
)

alert = Table(
    "alert",
    metadata,
    numbered(),
    Column("key", String(96), nullable=False, unique=True),  # raised once
    Column("kind", String(16), nullable=False),
    Column("upp_id", Integer, ForeignKey(upp.c.id), nullable=False, index=True),
    Column("about", Text, nullable=False),  # JSON: what the sentence needs
    Column("raised_at", Timestamp, nullable=False),
    Column("remind_at", Timestamp, nullable=False),
    Column("official_id", Integer, ForeignKey(official.c.id)),  # who has it in hand
    Column("acknowledged_at", Timestamp),
)
