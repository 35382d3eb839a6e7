"""Keeps the ids of sent messages, by which a later status corrects a delivery."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "sent_message",
        sa.Column("message_id", sa.String(32), nullable=False),
        sa.Column("delivery_id", sa.Integer),
        sa.Column("invitation", sa.Boolean, nullable=False),
        sa.Column("outcome", sa.String(16)),
        sa.Column("error", sa.Text),
        sa.Column("retry_at", Timestamp),
        sa.Column("at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("message_id", name="pk_sent_message"),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["delivery.id"],
            name="fk_sent_message_delivery_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_sent_message_at", "sent_message", ["at"])
    op.create_index("ix_sent_message_delivery_id", "sent_message", ["delivery_id"])
