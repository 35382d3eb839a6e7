"""A delivery keeps how many of its messages were accepted, and whether its picture is left out."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("accepted", sa.Integer, nullable=False, server_default="0"))
    plain = sa.Column("plain", sa.Boolean, nullable=False, server_default=sa.text("false"))
    op.add_column("delivery", plain)
