"""Channels that cost money: when officials last wrote, and how many messages a month took."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("official", sa.Column("heard_at", Timestamp))
    op.add_column("official", sa.Column("knocked_at", Timestamp))
    op.create_table(
        "spending",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("replies", sa.Integer, nullable=False),
        sa.Column("bulk", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("channel", "month", name="pk_spending"),
    )
