"""Photos of what was done about an unsur, in the database with everything else."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "photo",
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("media_type", sa.String(32), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("uploaded_at", Timestamp, nullable=False),
        sa.Column("official_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_photo"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_photo_official_id"),
    )
