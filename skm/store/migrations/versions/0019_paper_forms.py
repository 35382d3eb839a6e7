"""Paper forms that were read from photos."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "paper_form",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("batch_id", sa.Integer, nullable=False),
        sa.Column("collector_id", sa.Integer, nullable=False),
        sa.Column("serial", sa.String(16), nullable=False),
        sa.Column("instrument", sa.String(32), nullable=False),
        sa.Column("measures", sa.Text, nullable=False),
        sa.Column("given", sa.Text, nullable=False),
        sa.Column("read_at", Timestamp, nullable=False),
        sa.Column("response_id", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_paper_form"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_paper_form_batch_id"),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collector.id"], name="fk_paper_form_collector_id"
        ),
    )
    op.create_index("ix_paper_form_serial", "paper_form", ["collector_id", "serial"])
    op.create_index("ix_paper_form_batch", "paper_form", ["batch_id"])
