"""What documents of a closed period print beside the index; earlier closings have none."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("closing", sa.Column("archive", sa.Text))
    op.add_column("closed_unit", sa.Column("archive", sa.Text))
