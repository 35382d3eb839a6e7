"""The tables of officials: who they are, what they did, and what they are told of."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text

from skm.store.moment import Moment
from skm.store.schema import metadata, numbered, upp

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
    Column("since", Moment, nullable=False),
    Column("removed_at", Moment),
    Column("heard_at", Moment),  # when they last wrote, where that opens a window
    Column("knocked_at", Moment),  # when they were last asked to open it
)

invitation = Table(
    "invitation",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("upp_id", Integer, ForeignKey(upp.c.id)),
    Column("name", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

log = Table(
    "log",
    metadata,
    numbered(),
    Column("at", Moment, nullable=False, index=True),
    Column("official_id", Integer, ForeignKey(official.c.id)),  # none: the command line
    Column("deed", String(16), nullable=False),
    Column("about", Text, nullable=False),
)

subscription = Table(
    "subscription",
    metadata,
    Column("official_id", Integer, ForeignKey(official.c.id), primary_key=True),
    Column("frequency", String(16), primary_key=True),
    Column("weekday", Integer, nullable=False),
    Column("at", String(5), nullable=False),  # local wall clock, 07:30
    Column("alerts", Boolean, nullable=False),
    Column("since", Moment, nullable=False),  # nothing that was due before is sent
)

alert = Table(
    "alert",
    metadata,
    numbered(),
    Column("key", String(96), nullable=False, unique=True),  # raised once
    Column("kind", String(16), nullable=False),
    Column("upp_id", Integer, ForeignKey(upp.c.id), nullable=False, index=True),
    Column("about", Text, nullable=False),  # JSON: what the sentence needs
    Column("raised_at", Moment, nullable=False),
    Column("remind_at", Moment, nullable=False),
    Column("official_id", Integer, ForeignKey(official.c.id)),  # who has it in hand
    Column("acknowledged_at", Moment),
)
