"""The audit log's column is named as its type in the code, AuditEvent."""

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.execute("ALTER TABLE log RENAME COLUMN deed TO event")
