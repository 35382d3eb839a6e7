"""Which units a batch added or changed, so that it can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "batch_upp",
        sa.Column("batch_id", sa.Integer, nullable=False),
        sa.Column("upp_id", sa.Integer, nullable=False),
        sa.Column("before", sa.Text),
        sa.PrimaryKeyConstraint("batch_id", "upp_id", name="pk_batch_upp"),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name="fk_batch_upp_batch_id"),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_batch_upp_upp_id"),
    )
