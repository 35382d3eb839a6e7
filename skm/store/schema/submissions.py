"""The tables of reports that units hand in: their state, the steps that led there, deadlines."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text

from skm.store.schema.column_types import PeriodCode, Timestamp
from skm.store.schema.officials import official
from skm.store.schema.survey import metadata, upp

submission = Table(  # one for each unit and period of which something was written
    "submission",
    metadata,
    Column("upp_id", Integer, ForeignKey(upp.c.id), primary_key=True),
    Column("period", PeriodCode, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("analysis", Text, nullable=False),
    Column("handed_in", Text, nullable=False),  # the analysis as it was handed in
    Column("handed_in_by", Integer, ForeignKey(official.c.id)),
    Column("version", Integer, nullable=False),  # guards against two writers
    sqlite_with_rowid=False,
)

submission_step = Table(  # only ever added to
    "submission_step",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("upp_id", Integer, ForeignKey(upp.c.id), nullable=False),
    Column("period", PeriodCode, nullable=False),
    Column("at", Timestamp, nullable=False),
    Column("official_id", Integer, ForeignKey(official.c.id)),  # none: the command line
    Column("name", Text, nullable=False),  # at that moment
    Column("act", String(16), nullable=False),
    Column("state", String(16), nullable=False),  # after it
    Column("words", Text, nullable=False),  # the analysis, or the note of a return
)
Index("ix_submission_step_upp_id_period", submission_step.c.upp_id, submission_step.c.period)

submission_deadline = Table(  # where it is not the usual one
    "submission_deadline",
    metadata,
    Column("period", PeriodCode, primary_key=True),
    Column("day", Date, nullable=False),  # the last one
    Column("official_id", Integer, ForeignKey(official.c.id)),
)
