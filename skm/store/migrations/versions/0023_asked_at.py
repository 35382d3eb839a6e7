"""An open visit holds when the message came that led to the shown question.

By the messenger's clock, so that a text that was sent before the question is no answer to it.
"""

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("visit", sa.Column("asked_at", Timestamp))
