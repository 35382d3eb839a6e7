"""The rollup's rows get the squares of their days, which tell how alike answers of a day are."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

CLUSTERS = ["clusters", "n_n", "n_total", "total_total"]

tally = sa.table(
    "tally",
    *(sa.column(name) for name in ("upp_id", "kind", "layanan", "instrument")),
    sa.column("start", sa.Date),
    *(sa.column(name, sa.BigInteger) for name in ("n", "total", *CLUSTERS)),
)


def upgrade() -> None:
    for name in CLUSTERS:
        column = sa.Column(name, sa.BigInteger, nullable=False, server_default=sa.text("0"))
        op.add_column("tally", column)
    n, total = sa.cast(tally.c.n, sa.BigInteger), tally.c.total
    days = sa.case((tally.c.n > 0, 1), else_=0), n * n, n * total, total * total
    op.execute(
        sa.update(tally).where(tally.c.kind == "day").values(dict(zip(CLUSTERS, days, strict=True)))
    )
    conn = op.get_bind()
    months = sa.select(tally.c.start).where(tally.c.kind == "month").distinct()
    for first in conn.scalars(months).all():
        next_month = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
        day = tally.alias("day")
        of_month = (
            day.c.kind == "day",
            day.c.start >= first,
            day.c.start < next_month,
            *(day.c[name] == tally.c[name] for name in ("upp_id", "layanan", "instrument")),
        )
        sums = {
            name: sa.select(sa.func.coalesce(sa.func.sum(day.c[name]), 0))
            .where(*of_month)
            .scalar_subquery()
            for name in CLUSTERS
        }
        month = tally.c.kind == "month", tally.c.start == first
        conn.execute(sa.update(tally).where(*month).values(sums))
