"""The tables of the survey: units, ways in, visits, responses. `tables.py` names the other files.

Migrations bring a database here; a test holds the two against each other.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from skm.store.schema.column_types import PeriodCode, Timestamp

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def numbered() -> Column[int]:
    """A whole number that counts itself (an alias of rowid on SQLite)."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


upp = Table(
    "upp",
    metadata,
    numbered(),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("parent_id", Integer, ForeignKey("upp.id"), index=True),
    Column("population", Integer),
)

users = Table(  # people served, as a unit counts them; field and option are empty for all of them
    "users",
    metadata,
    Column("upp_id", Integer, ForeignKey("upp.id"), primary_key=True),
    Column("period", PeriodCode, primary_key=True),
    Column("field", String(32), primary_key=True),
    Column("option", String(32), primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)

collector = Table(
    "collector",
    metadata,
    numbered(),
    Column("code", String(16), nullable=False, unique=True),
    Column("upp_id", Integer, ForeignKey("upp.id"), nullable=False, index=True),
    Column("layanan", Text, nullable=False, server_default=""),
    Column("place", Text, nullable=False, server_default=""),
    Column("ticketed", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Timestamp, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    Column("collector_id", Integer, ForeignKey("collector.id"), primary_key=True),
    Column("secret", String(16), primary_key=True),
    Column("spent_at", Timestamp),
    Column("spent_by", String(16)),
    Column("expires_at", Timestamp),  # none in those of earlier versions, which do not expire
    sqlite_with_rowid=False,
)

deletion = Table(
    "deletion",
    metadata,
    Column("digest", String(32), primary_key=True),
    sqlite_with_rowid=False,
)

visit = Table(
    "visit",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("collector_id", Integer, ForeignKey("collector.id"), nullable=False),
    Column("respondent", String(32), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("instrument", String(32), nullable=False),
    Column("ticket", String(16)),
    Column("state", Text),  # Interview.to_json, only while open
    Column("language", String(8), nullable=False),
    Column("opened_at", Timestamp, nullable=False),
    Column("touched_at", Timestamp, nullable=False),
    Column("asked_at", Timestamp),  # by the messenger's clock, only while open
    Column("closed_at", Timestamp),
    Column("disposition", String(16)),
    Column("broke_off_at", String(16)),
)
_OPEN = text("closed_at IS NULL")
Index("ix_visit_respondent", visit.c.respondent)
Index(  # nobody is asked two questions at once, also not by two servers
    "uq_visit_open",
    visit.c.respondent,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("ix_visit_idle", visit.c.touched_at, sqlite_where=_OPEN, postgresql_where=_OPEN)
Index(  # counted without touching the rows
    "ix_visit_ended",
    visit.c.collector_id,
    visit.c.closed_at,
    visit.c.disposition,
    visit.c.broke_off_at,
)

response = Table(
    "response",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("upp_id", Integer, ForeignKey("upp.id"), nullable=False),
    Column("layanan", Text, nullable=False, server_default=""),
    Column("collector_id", Integer, ForeignKey("collector.id")),
    Column("instrument", String(32), nullable=False),
    Column("answers", Text, nullable=False),  # JSON: unsur → item → nilai
    Column("profile", Text, nullable=False, server_default="{}"),  # JSON: field id → option
    Column("saran", Text),
    Column("respondent", String(32)),
    Column("channel", String(16), nullable=False, server_default=""),
    Column("mode", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("started_at", Timestamp),
    Column("submitted_at", Timestamp, nullable=False),
    Column("day", Date, nullable=False),
    Column("batch_id", Integer),  # with which it was imported
    Column("one_network", Boolean, nullable=False, server_default=text("false")),  # see network
)
_IMPORTED = text("batch_id IS NOT NULL")
Index(
    "ix_response_batch_id",
    response.c.batch_id,
    sqlite_where=_IMPORTED,
    postgresql_where=_IMPORTED,
)
Index("ix_response_upp_day", response.c.upp_id, response.c.day)
Index(
    "ix_response_respondent",
    response.c.respondent,
    response.c.collector_id,
    response.c.submitted_at,
)
_SAID = text("saran IS NOT NULL")
Index(
    "ix_response_saran",
    response.c.day,
    response.c.submitted_at,
    sqlite_where=_SAID,
    postgresql_where=_SAID,
)
Index(
    "ix_response_upp_saran",
    response.c.upp_id,
    response.c.day,
    response.c.submitted_at,
    sqlite_where=_SAID,
    postgresql_where=_SAID,
)

network = Table(  # of each response of today that came over the web; deleted with the day
    "network",
    metadata,
    Column("response_id", String(32), primary_key=True),
    Column("day", Date, ForeignKey("network_salt.day"), nullable=False, index=True),
    Column("collector_id", Integer, ForeignKey("collector.id"), nullable=False),
    Column("code", String(16), nullable=False),
    sqlite_with_rowid=False,
)
network_salt = Table(
    "network_salt",
    metadata,
    Column("day", Date, primary_key=True),
    Column("salt", String(32), nullable=False),
    sqlite_with_rowid=False,
)
network_share = Table(  # what remains of a day: how many came from the network with the most
    "network_share",
    metadata,
    Column("collector_id", Integer, ForeignKey("collector.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("most", Integer, nullable=False),
    sqlite_with_rowid=False,
)
