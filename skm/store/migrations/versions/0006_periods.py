"""What comes after a period: follow-ups, and frozen figures with the seals of what they count."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _follow_ups()
    _closings()


def _follow_ups() -> None:
    op.create_table(
        "follow_up",
        sa.Column("upp_id", sa.Integer, nullable=False),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("unsur", sa.String(2), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("action", sa.Text),
        sa.Column("deadline", sa.Date),
        sa.Column("person", sa.Text),
        sa.Column("done_on", sa.Date),
        sa.Column("note", sa.Text),
        sa.Column("photo", sa.Text),
        sa.PrimaryKeyConstraint("upp_id", "period", "unsur", name="pk_follow_up"),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_follow_up_upp_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("official_id", sa.Integer, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("finishing", sa.Integer, nullable=False),
        sa.Column("action", sa.Text),
        sa.Column("deadline", sa.Date),
        sa.Column("touched_at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("official_id", name="pk_draft"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_draft_official_id"),
    )


def _closings() -> None:
    op.create_table(
        "closing",
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("closed_at", Timestamp, nullable=False),
        sa.Column("official_id", sa.Integer),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("period", name="pk_closing"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_closing_official_id"),
    )
    op.create_table(
        "closed_unit",
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("period", "code", name="pk_closed_unit"),
        sa.ForeignKeyConstraint(["period"], ["closing.period"], name="fk_closed_unit_period"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "seal",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("period", sa.String(16), nullable=False),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("response_id", sa.String(32)),
        sa.Column("salt", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_seal"),
        sa.ForeignKeyConstraint(["period"], ["closing.period"], name="fk_seal_period"),
    )
    op.create_index("ix_seal_period", "seal", ["period"])
    op.create_index("ix_seal_response_id", "seal", ["response_id"])
