"""Reports that units hand in, the steps with them, and their deadlines."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import PeriodCode, Timestamp

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "submission",
        sa.Column("upp_id", sa.Integer, nullable=False),
        sa.Column("period", PeriodCode, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("analysis", sa.Text, nullable=False),
        sa.Column("handed_in", sa.Text, nullable=False),
        sa.Column("handed_in_by", sa.Integer),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("upp_id", "period", name="pk_submission"),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_submission_upp_id"),
        sa.ForeignKeyConstraint(
            ["handed_in_by"], ["official.id"], name="fk_submission_handed_in_by"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "submission_step",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("upp_id", sa.Integer, nullable=False),
        sa.Column("period", PeriodCode, nullable=False),
        sa.Column("at", Timestamp, nullable=False),
        sa.Column("official_id", sa.Integer),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_submission_step"),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_submission_step_upp_id"),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name="fk_submission_step_official_id"
        ),
    )
    op.create_index("ix_submission_step_upp_id_period", "submission_step", ["upp_id", "period"])
    op.create_table(
        "submission_deadline",
        sa.Column("period", PeriodCode, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("official_id", sa.Integer),
        sa.PrimaryKeyConstraint("period", name="pk_submission_deadline"),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name="fk_submission_deadline_official_id"
        ),
    )
