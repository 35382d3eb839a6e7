"""The table of paper forms: no picture, only what was measured and answered."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from skm.store.schema.column_types import Timestamp
from skm.store.schema.intake import batch
from skm.store.schema.survey import collector, metadata, numbered

paper_form = Table(
    "paper_form",
    metadata,
    numbered(),
    Column("batch_id", Integer, ForeignKey(batch.c.id), nullable=False),
    Column("collector_id", Integer, ForeignKey(collector.c.id), nullable=False),
    Column("serial", String(16), nullable=False),
    Column("instrument", String(32), nullable=False),
    Column("measures", Text, nullable=False),  # JSON: the ink in and around each box
    Column("given", Text, nullable=False),  # JSON: what a person answered about the form
    Column("read_at", Timestamp, nullable=False),
    Column("response_id", String(32)),  # none while it waits
)
Index("ix_paper_form_serial", paper_form.c.collector_id, paper_form.c.serial)
Index("ix_paper_form_batch", paper_form.c.batch_id)
