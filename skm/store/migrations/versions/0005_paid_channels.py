"""Channels that cost money: when officials last wrote, and how many messages a month took."""

import sqlalchemy as sa
from alembic import op

from skm.store.moment import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("official", sa.Column("heard_at", Moment))
    op.add_column("official", sa.Column("knocked_at", Moment))
    op.create_table(
        "spending",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("replies", sa.Integer, nullable=False),
        sa.Column("bulk", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("channel", "month", name="pk_spending"),
    )
