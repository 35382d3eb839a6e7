"""Tickets expire; those of earlier versions do not."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("expires_at", Timestamp))
