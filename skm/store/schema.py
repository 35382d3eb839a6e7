"""The tables. Migrations bring a database here; a test holds the two against each other."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from skm.instrument import NILAI
from skm.store.moment import Moment
from skm.unsur import Unsur

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    """A whole number that counts itself (an alias of rowid on SQLite)."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


upp = Table(
    "upp",
    metadata,
    _id(),
    Column("code", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("parent_id", Integer, ForeignKey("upp.id"), index=True),
    Column("population", Integer),
)

collector = Table(
    "collector",
    metadata,
    _id(),
    Column("code", String(16), nullable=False, unique=True),
    Column("upp_id", Integer, ForeignKey("upp.id"), nullable=False, index=True),
    Column("layanan", Text, nullable=False, server_default=""),
    Column("place", Text, nullable=False, server_default=""),
    Column("ticketed", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Moment, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    Column("collector_id", Integer, ForeignKey("collector.id"), primary_key=True),
    Column("secret", String(16), primary_key=True),
    Column("spent_at", Moment),
    Column("spent_by", String(16)),
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
    Column("address", Text),  # only while open
    Column("mode", String(16), nullable=False),
    Column("instrument", String(32), nullable=False),
    Column("ticket", String(16)),
    Column("state", Text),  # Interview.to_json, only while open
    Column("language", String(8), nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("touched_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("disposition", String(16)),
    Column("broke_off_at", String(16)),
)
_OPEN = text("closed_at IS NULL")
Index("ix_visit_respondent", visit.c.respondent)
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
    Column("started_at", Moment),
    Column("submitted_at", Moment, nullable=False),
    Column("day", Date, nullable=False),
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

SUMS = ["n", "total", "total_sq"] + [
    f"{unsur.lower()}_{nilai}" for unsur in Unsur for nilai in NILAI
]

tally = Table(  # one row is the tally of a period: a day or a month
    "tally",
    metadata,
    Column("upp_id", Integer, ForeignKey("upp.id"), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("start", Date, primary_key=True),
    Column("layanan", Text, primary_key=True),
    Column("instrument", String(32), primary_key=True),
    Column("last", Date, nullable=False),  # the latest day in it
    *(Column(name, BigInteger if "total" in name else Integer, nullable=False) for name in SUMS),
    sqlite_with_rowid=False,
)

profile_tally = Table(  # how many chose what, of responses that no longer say it themselves
    "profile_tally",
    metadata,
    Column("upp_id", Integer, ForeignKey("upp.id"), primary_key=True),
    Column("month", Date, primary_key=True),  # its first day
    Column("field", String(32), primary_key=True),
    Column("option", String(32), primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)

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

official = Table(
    "official",
    metadata,
    _id(),
    Column("person", String(32), unique=True),  # a pseudonym; gone once removed
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("upp_id", Integer, ForeignKey("upp.id")),  # none: the whole instansi
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
    Column("upp_id", Integer, ForeignKey("upp.id")),
    Column("name", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

log = Table(
    "log",
    metadata,
    _id(),
    Column("at", Moment, nullable=False, index=True),
    Column("official_id", Integer, ForeignKey("official.id")),  # none: the command line
    Column("deed", String(16), nullable=False),
    Column("about", Text, nullable=False),
)

subscription = Table(
    "subscription",
    metadata,
    Column("official_id", Integer, ForeignKey("official.id"), primary_key=True),
    Column("frequency", String(16), primary_key=True),
    Column("weekday", Integer, nullable=False),
    Column("at", String(5), nullable=False),  # local wall clock, 07:30
    Column("alerts", Boolean, nullable=False),
    Column("since", Moment, nullable=False),  # nothing that was due before is sent
)

alert = Table(
    "alert",
    metadata,
    _id(),
    Column("key", String(96), nullable=False, unique=True),  # raised once
    Column("kind", String(16), nullable=False),
    Column("upp_id", Integer, ForeignKey("upp.id"), nullable=False, index=True),
    Column("about", Text, nullable=False),  # JSON: what the sentence needs
    Column("raised_at", Moment, nullable=False),
    Column("remind_at", Moment, nullable=False),
    Column("official_id", Integer, ForeignKey("official.id")),  # who has it in hand
    Column("acknowledged_at", Moment),
)

delivery = Table(
    "delivery",
    metadata,
    _id(),
    Column("key", String(96), nullable=False, unique=True),  # planned once
    Column("kind", String(16), nullable=False),
    Column("official_id", Integer, ForeignKey("official.id"), nullable=False),
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

NILAI_COLUMNS = [unsur.lower() for unsur in Unsur]

recap_row = Table(
    "recap_row",
    metadata,
    Column("unit", Text, primary_key=True),  # as it was printed
    Column("period", String(16), primary_key=True),
    Column("folded", Text, nullable=False, index=True),  # by which a unit finds its history
    Column("parent", Text),
    *(Column(name, String(16), nullable=False) for name in NILAI_COLUMNS),  # with their digits
    Column("ikm", String(16), nullable=False),
    Column("mutu", String(1)),
    Column("respondents", Integer, nullable=False),
    Column("prioritas", String(16), nullable=False),  # U3 U5 U2
    Column("realised", String(16)),
    Column("source", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("imported_at", Moment, nullable=False),
)
