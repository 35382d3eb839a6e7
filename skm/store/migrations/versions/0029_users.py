"""How many people units served, by their own count."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import PeriodCode

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("upp_id", sa.Integer, nullable=False),
        sa.Column("period", PeriodCode, nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("option", sa.String(32), nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("upp_id", "period", "field", "option", name="pk_users"),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_users_upp_id"),
        sqlite_with_rowid=False,
    )
