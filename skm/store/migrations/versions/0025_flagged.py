"""A closing keeps how many responses were flagged, and what was made of that."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("closing", sa.Column("flagged", sa.Integer, nullable=False, server_default="0"))
    op.add_column("closing", sa.Column("remark", sa.Text, nullable=False, server_default=""))
