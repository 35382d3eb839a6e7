"""Drops the addresses of respondents: an answer goes to where the message came from."""

from alembic import op

revision = "0014"
down_revision = "0012"
erases = ("visit",)


def upgrade() -> None:
    op.execute("UPDATE visit SET address = NULL WHERE address IS NOT NULL")
    op.drop_column("visit", "address")
