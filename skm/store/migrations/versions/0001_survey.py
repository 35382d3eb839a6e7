"""Units, collectors, tickets, visits, responses, the rollup, and what was received."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0001"
down_revision = None

OPEN = sa.text("closed_at IS NULL")
SAID = sa.text("saran IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "upp",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("code", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("parent_id", sa.Integer),
        sa.Column("population", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_upp"),
        sa.UniqueConstraint("code", name="uq_upp_code"),
        sa.ForeignKeyConstraint(["parent_id"], ["upp.id"], name="fk_upp_parent_id"),
    )
    op.create_index("ix_upp_parent_id", "upp", ["parent_id"])
    op.create_table(
        "collector",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("upp_id", sa.Integer, nullable=False),
        sa.Column("layanan", sa.Text, nullable=False, server_default=""),
        sa.Column("place", sa.Text, nullable=False, server_default=""),
        sa.Column("ticketed", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("created_at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_collector"),
        sa.UniqueConstraint("code", name="uq_collector_code"),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_collector_upp_id"),
    )
    op.create_index("ix_collector_upp_id", "collector", ["upp_id"])
    op.create_table(
        "ticket",
        sa.Column("collector_id", sa.Integer, nullable=False),
        sa.Column("secret", sa.String(16), nullable=False),
        sa.Column("spent_at", Timestamp),
        sa.Column("spent_by", sa.String(16)),
        sa.PrimaryKeyConstraint("collector_id", "secret", name="pk_ticket"),
        sa.ForeignKeyConstraint(["collector_id"], ["collector.id"], name="fk_ticket_collector_id"),
        sqlite_with_rowid=False,
    )
    _visits()
    _responses()
    op.create_table(
        "received",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("message_id", sa.String(128), nullable=False),
        sa.Column("at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("channel", "message_id", name="pk_received"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_received_at", "received", ["at"])


def _visits() -> None:
    op.create_table(
        "visit",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("collector_id", sa.Integer, nullable=False),
        sa.Column("respondent", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.Text),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("instrument", sa.String(32), nullable=False),
        sa.Column("ticket", sa.String(16)),
        sa.Column("state", sa.Text),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("opened_at", Timestamp, nullable=False),
        sa.Column("touched_at", Timestamp, nullable=False),
        sa.Column("closed_at", Timestamp),
        sa.Column("disposition", sa.String(16)),
        sa.Column("broke_off_at", sa.String(16)),
        sa.PrimaryKeyConstraint("id", name="pk_visit"),
        sa.ForeignKeyConstraint(["collector_id"], ["collector.id"], name="fk_visit_collector_id"),
    )
    op.create_index("ix_visit_respondent", "visit", ["respondent"])
    op.create_index(
        "ix_visit_idle", "visit", ["touched_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index(
        "ix_visit_ended", "visit", ["collector_id", "closed_at", "disposition", "broke_off_at"]
    )


def _responses() -> None:
    op.create_table(
        "response",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("upp_id", sa.Integer, nullable=False),
        sa.Column("layanan", sa.Text, nullable=False, server_default=""),
        sa.Column("collector_id", sa.Integer),
        sa.Column("instrument", sa.String(32), nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False, server_default="{}"),
        sa.Column("saran", sa.Text),
        sa.Column("respondent", sa.String(32)),
        sa.Column("channel", sa.String(16), nullable=False, server_default=""),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("started_at", Timestamp),
        sa.Column("submitted_at", Timestamp, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_response"),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_response_upp_id"),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collector.id"], name="fk_response_collector_id"
        ),
    )
    op.create_index("ix_response_upp_day", "response", ["upp_id", "day"])
    op.create_index(
        "ix_response_respondent", "response", ["respondent", "collector_id", "submitted_at"]
    )
    for name, columns in (
        ("ix_response_saran", ["day", "submitted_at"]),
        ("ix_response_upp_saran", ["upp_id", "day", "submitted_at"]),
    ):
        op.create_index(name, "response", columns, sqlite_where=SAID, postgresql_where=SAID)
    op.create_table(
        "tally",
        sa.Column("upp_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("layanan", sa.Text, nullable=False),
        sa.Column("instrument", sa.String(32), nullable=False),
        sa.Column("last", sa.Date, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("total", sa.BigInteger, nullable=False),
        sa.Column("total_sq", sa.BigInteger, nullable=False),
        *(
            sa.Column(f"u{unsur}_{nilai}", sa.Integer, nullable=False)
            for unsur in range(1, 10)
            for nilai in range(1, 5)
        ),
        sa.PrimaryKeyConstraint(
            "upp_id", "kind", "start", "layanan", "instrument", name="pk_tally"
        ),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_tally_upp_id"),
        sqlite_with_rowid=False,
    )
