"""Sign-in links and sessions of the officials' pages."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("official_id", sa.Integer, nullable=False),
        sa.Column("expires_at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_sign_in"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_sign_in_official_id"),
    )
    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("official_id", sa.Integer, nullable=False),
        sa.Column("began_at", Timestamp, nullable=False),
        sa.Column("seen_at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_web_session"),
        sa.UniqueConstraint("key_hash", name="uq_web_session_key_hash"),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name="fk_web_session_official_id"
        ),
    )
