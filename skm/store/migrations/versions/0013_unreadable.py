"""Renames the table of unreadable messages, and the notices about them, to what they are called."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0013"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "unreadable",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("shape", sa.Text, nullable=False),
        sa.Column("at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("channel", "message_id", name="pk_unreadable"),
    )
    op.create_index("ix_unreadable_at", "unreadable", ["at"])
    op.execute("INSERT INTO unreadable SELECT channel, message, reason, shape, at FROM poison")
    op.drop_table("poison")
    op.execute(
        "UPDATE delivery SET kind = 'unreadable', key = 'unreadable' || substr(key, 6)"
        " WHERE kind = 'aside'"
    )
