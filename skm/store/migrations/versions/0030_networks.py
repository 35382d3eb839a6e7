"""Networks of a day's responses, by a code whose salt is deleted with the day."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column(
        "response",
        sa.Column("one_network", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.create_table(
        "network_salt",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_network_salt"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "network",
        sa.Column("response_id", sa.String(32), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("collector_id", sa.Integer, nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("response_id", name="pk_network"),
        sa.ForeignKeyConstraint(["day"], ["network_salt.day"], name="fk_network_day"),
        sa.ForeignKeyConstraint(["collector_id"], ["collector.id"], name="fk_network_collector_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_network_day", "network", ["day"])
    op.create_table(
        "network_share",
        sa.Column("collector_id", sa.Integer, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("most", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("collector_id", "day", name="pk_network_share"),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collector.id"], name="fk_network_share_collector_id"
        ),
        sqlite_with_rowid=False,
    )
