"""Whether an official gets alerts is a column of the official, no longer of each subscription.

Stopping the last digest therefore no longer stops the alerts. Everybody gets what they got before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column(
        "official", sa.Column("alerts", sa.Boolean, nullable=False, server_default=sa.text("true"))
    )
    op.execute(
        "UPDATE official SET alerts = EXISTS (SELECT 1 FROM subscription"
        " WHERE subscription.official_id = official.id AND subscription.alerts)"
    )
    op.drop_column("subscription", "alerts")
