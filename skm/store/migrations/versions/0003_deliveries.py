"""What officials subscribed to, alerts, and every message that is due to somebody."""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "subscription",
        sa.Column("official_id", sa.Integer, nullable=False),
        sa.Column("frequency", sa.String(16), nullable=False),
        sa.Column("weekday", sa.Integer, nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("alerts", sa.Boolean, nullable=False),
        sa.Column("since", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("official_id", "frequency", name="pk_subscription"),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name="fk_subscription_official_id"
        ),
    )
    op.create_table(
        "alert",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("key", sa.String(96), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("upp_id", sa.Integer, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        sa.Column("raised_at", Timestamp, nullable=False),
        sa.Column("remind_at", Timestamp, nullable=False),
        sa.Column("official_id", sa.Integer),
        sa.Column("acknowledged_at", Timestamp),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("key", name="uq_alert_key"),
        sa.ForeignKeyConstraint(["upp_id"], ["upp.id"], name="fk_alert_upp_id"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_alert_official_id"),
    )
    op.create_index("ix_alert_upp_id", "alert", ["upp_id"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("key", sa.String(96), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("official_id", sa.Integer, nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("due_at", Timestamp, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("next_at", Timestamp, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_at", Timestamp),
        sa.Column("content", sa.Text),
        sa.Column("picture", sa.LargeBinary),
        sa.Column("sha256", sa.String(64)),
        sa.Column("sent_at", Timestamp),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("key", name="uq_delivery_key"),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_delivery_official_id"),
    )
    op.create_index("ix_delivery_state", "delivery", ["state", "next_at"])
