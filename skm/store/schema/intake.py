"""The tables of what offices bring in."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from skm.store.schema.column_types import Timestamp
from skm.store.schema.officials import official
from skm.store.schema.survey import metadata, numbered, upp

batch = Table(
    "batch",
    metadata,
    numbered(),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),  # the file's
    Column("sha256", String(64), nullable=False),  # of its cells
    Column("fingerprint", String(64), nullable=False),  # of its headings
    Column("office", String(32), nullable=False),
    Column("mapping", Text, nullable=False),
    Column("choices", Text, nullable=False),  # JSON
    Column("official_id", Integer, ForeignKey(official.c.id)),  # none: the command line
    Column("at", Timestamp, nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("finished_at", Timestamp),
    Column("undone_at", Timestamp),
)
batch_upp = Table(  # the units that a batch added or changed
    "batch_upp",
    metadata,
    Column("batch_id", Integer, ForeignKey(batch.c.id), primary_key=True),
    Column("upp_id", Integer, ForeignKey(upp.c.id), primary_key=True),
    Column("before", Text),  # JSON: the unit as it was; none: it was added
)
upload = Table(  # a file that an official sent and has not decided about; its content is not kept
    "upload",
    metadata,
    Column("official_id", Integer, ForeignKey(official.c.id), primary_key=True),
    Column("key", Text, nullable=False),  # by which the messenger gives it again
    Column("name", Text, nullable=False),
    Column("choices", Text, nullable=False),  # JSON
    Column("touched_at", Timestamp, nullable=False),
)

Index("ix_batch_sha256", batch.c.sha256)
Index("ix_batch_fingerprint", batch.c.fingerprint)
