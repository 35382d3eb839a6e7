"""Officials, the invitations they come by, and what is written down about them."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "official",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("person", sa.String(32)),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("upp_id", sa.Integer),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("since", Timestamp, nullable=False),
        sa.Column("removed_at", Timestamp),
        sa.PrimaryKeyConstraint("id", name="pk_official"),
        sa.UniqueConstraint("person", name="uq_official_person"),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_official_upp_id"),
    )
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("upp_id", sa.Integer),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("expires_at", Timestamp, nullable=False),
        sa.Column("used_at", Timestamp),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitation"),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_invitation_upp_id"),
    )
    op.create_table(
        "log",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("at", Timestamp, nullable=False),
        sa.Column("official_id", sa.Integer),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_log_official_id"),
    )
    op.create_index("ix_log_at", "log", ["at"])
