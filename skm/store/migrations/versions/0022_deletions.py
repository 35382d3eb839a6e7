"""Digests of the numbers of deleted surveys, which a restored backup must not bring back."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "deletion",
        sa.Column("digest", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_deletion"),
        sqlite_with_rowid=False,
    )
