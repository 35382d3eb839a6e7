"""What was published before: reported history, apart from the own responses."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "recap_row",
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("parent", sa.Text),
        *(sa.Column(f"u{number}", sa.String(16), nullable=False) for number in range(1, 10)),
        sa.Column("ikm", sa.String(16), nullable=False),
        sa.Column("mutu", sa.String(1)),
        sa.Column("respondents", sa.Integer, nullable=False),
        sa.Column("prioritas", sa.String(16), nullable=False),
        sa.Column("realised", sa.String(16)),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("imported_at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("unit", "period", name="pk_recap_row"),
    )
    op.create_index("ix_recap_row_folded", "recap_row", ["folded"])
