"""Files that officials sent and have not decided about yet."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("official_id", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("choices", sa.Text, nullable=False),
        sa.Column("touched_at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("official_id", name="pk_upload"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_upload_official_id"),
    )
