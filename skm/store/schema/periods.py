"""The tables of periods: follow-ups, frozen figures, and figures that were published elsewhere."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from skm.store.schema.column_types import PeriodCode, Timestamp
from skm.store.schema.officials import official
from skm.store.schema.survey import metadata, upp
from skm.survey.unsur import Unsur

follow_up = Table(  # the three of a unit and period, as soon as something is written down
    "follow_up",
    metadata,
    Column("upp_id", Integer, ForeignKey(upp.c.id), primary_key=True),
    Column("period", PeriodCode, primary_key=True),
    Column("unsur", String(2), primary_key=True),
    Column("rank", Integer, nullable=False),  # 1 is the lowest
    Column("action", Text),
    Column("deadline", Date),
    Column("person", Text),
    Column("done_on", Date),
    Column("note", Text),
    Column("photo", Text),  # its key
    Column("reopened", Boolean, nullable=False, server_default=text("false")),  # not done after all
    sqlite_with_rowid=False,
)

photo = Table(  # what shows that it was done; drawn anew, without where it was taken
    "photo",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("media_type", String(32), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("uploaded_at", Timestamp, nullable=False),
    Column("official_id", Integer, ForeignKey(official.c.id), nullable=False),
)

draft = Table(  # what an official is in the middle of writing
    "draft",
    metadata,
    Column("official_id", Integer, ForeignKey(official.c.id), primary_key=True),
    Column("about", Text, nullable=False),  # unit, period and unsur
    Column("finishing", Integer, nullable=False),  # 1: reports what was done, 0: plans
    Column("has_photo", Boolean, nullable=False, server_default=text("false")),
    Column("action", Text),
    Column("deadline", Date),
    Column("touched_at", Timestamp, nullable=False),
)

closing = Table(
    "closing",
    metadata,
    Column("period", PeriodCode, primary_key=True),
    Column("closed_at", Timestamp, nullable=False),
    Column("official_id", Integer, ForeignKey(official.c.id)),  # none: the command line
    Column("content", Text, nullable=False),  # canonical JSON: method, pooled tallies, figures
    Column("sha256", String(64), nullable=False),
    Column("archive", Text),  # canonical JSON: what documents print beside; none in the first ones
    Column("flagged", Integer, nullable=False, server_default="0"),  # responses
    Column("remark", Text, nullable=False, server_default=""),  # the admin's, about these
)

closed_unit = Table(
    "closed_unit",
    metadata,
    Column("period", PeriodCode, ForeignKey("closing.period"), primary_key=True),
    Column("code", String(32), primary_key=True),
    Column("content", Text, nullable=False),  # canonical JSON: tallies, figures
    Column("archive", Text),
    sqlite_with_rowid=False,
)

seal = Table(  # one for each response that a closing counted
    "seal",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("period", PeriodCode, ForeignKey("closing.period"), nullable=False),
    Column("code", String(32), nullable=False),  # the unit's
    Column("digest", String(64), nullable=False),
    Column("response_id", String(32)),  # gone, with the salt, once it was withdrawn
    Column("salt", String(32)),
)
Index("ix_seal_period", seal.c.period)
Index("ix_seal_response_id", seal.c.response_id)

NILAI_COLUMNS = [unsur.lower() for unsur in Unsur]

recap_row = Table(
    "recap_row",
    metadata,
    Column("unit", Text, primary_key=True),  # as it was printed
    Column("period", PeriodCode, primary_key=True),
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
    Column("imported_at", Timestamp, nullable=False),
)
