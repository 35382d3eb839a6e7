"""Messages that could not be taken are kept aside."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "poison",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("message", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("shape", sa.Text, nullable=False),
        sa.Column("at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("channel", "message", name="pk_poison"),
    )
    op.create_index("ix_poison_at", "poison", ["at"])
