"""The audit log keeps names; invitations can be revoked, follow-ups reopened, acts confirmed."""

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from skm.store.schema.column_types import Timestamp

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("log", sa.Column("name", sa.Text, nullable=False, server_default=""))
    _name_entries()
    op.execute(  # in plain SQL, because SQLite adds a foreign key only together with its column
        "ALTER TABLE invitation ADD COLUMN official_id INTEGER"
        " CONSTRAINT fk_invitation_official_id REFERENCES official (id)"
    )
    op.add_column("invitation", sa.Column("created_at", Timestamp))
    op.add_column("invitation", sa.Column("revoked_at", Timestamp))
    op.add_column(
        "follow_up",
        sa.Column("reopened", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.create_table(
        "confirmation",
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("act", sa.Text, nullable=False),
        sa.Column("expires_at", Timestamp, nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_confirmation"),
    )


def _name_entries() -> None:
    """An entry gets the name that the log itself reports for its moment; before the first renaming
    that is unknown and stays empty.
    """
    conn = op.get_bind()
    names = {row.id: row.name for row in conn.execute(sa.text("SELECT id, name FROM official"))}
    query = "SELECT id, official_id, deed, about FROM log WHERE official_id IS NOT NULL ORDER BY id"
    entries = conn.execute(sa.text(query)).all()
    renamed = {entry.official_id for entry in entries if entry.deed == "renamed"}
    name = defaultdict(str, {who: known for who, known in names.items() if who not in renamed})
    rows = []
    for entry in entries:
        rows.append({"entry": entry.id, "name": name[entry.official_id]})
        if entry.deed == "renamed":
            name[entry.official_id] = entry.about
    if rows:
        conn.execute(sa.text("UPDATE log SET name = :name WHERE id = :entry"), rows)
