"""A person has one open visit, also where two servers open one at the same moment."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    # Of several only the newest was ever shown; what was finished in the others is a response.
    op.execute(
        """
        UPDATE visit SET closed_at = touched_at, address = NULL, state = NULL,
            disposition = coalesce(disposition, 'break_off')
        WHERE closed_at IS NULL AND EXISTS (
            SELECT 1 FROM visit newer
            WHERE newer.respondent = visit.respondent AND newer.closed_at IS NULL
                AND (newer.opened_at, newer.id) > (visit.opened_at, visit.id)
        )
        """
    )
    op.create_index(
        "uq_visit_open",
        "visit",
        ["respondent"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
