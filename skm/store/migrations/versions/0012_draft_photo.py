"""Stores whether a draft has its photo in a column of its own, not as a second value of another."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0013"


def upgrade() -> None:
    op.add_column(
        "draft",
        sa.Column("has_photo", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.execute("UPDATE draft SET finishing = 1, has_photo = true WHERE finishing > 1")
