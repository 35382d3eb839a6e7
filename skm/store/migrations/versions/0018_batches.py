"""Batches of imported rows, and which batch a response came with."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "batch",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("office", sa.String(32), nullable=False),
        sa.Column("mapping", sa.Text, nullable=False),
        sa.Column("choices", sa.Text, nullable=False),
        sa.Column("official_id", sa.Integer),
        sa.Column("at", Timestamp, nullable=False),
        sa.Column("row_count", sa.Integer, nullable=False),
        sa.Column("stored", sa.Integer, nullable=False),
        sa.Column("finished_at", Timestamp),
        sa.Column("undone_at", Timestamp),
        sa.PrimaryKeyConstraint("id", name="pk_batch"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_batch_official_id"),
    )
    op.create_index("ix_batch_sha256", "batch", ["sha256"])
    op.create_index("ix_batch_fingerprint", "batch", ["fingerprint"])
    op.add_column("response", sa.Column("batch_id", sa.Integer))
    imported = sa.text("batch_id IS NOT NULL")
    op.create_index(
        "ix_response_batch_id",
        "response",
        ["batch_id"],
        sqlite_where=imported,
        postgresql_where=imported,
    )
