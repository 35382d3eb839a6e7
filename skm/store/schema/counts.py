"""The tables that are counted from responses: the rollup, and profiles of long ago."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Integer, String, Table, Text, text

from skm.store.schema.survey import metadata, upp
from skm.survey.instrument import NILAI
from skm.survey.unsur import Unsur

COUNTED = ["n", "total", "total_sq"] + [
    f"{unsur.lower()}_{nilai}" for unsur in Unsur for nilai in NILAI
]
CLUSTERS = ["clusters", "n_n", "n_total", "total_total"]  # over days: 1, n², n × total and total²
SUMS = COUNTED + CLUSTERS

tally = Table(  # one row is the tally of a period: a day or a month
    "tally",
    metadata,
    Column("upp_id", Integer, ForeignKey(upp.c.id), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("start", Date, primary_key=True),
    Column("layanan", Text, primary_key=True),
    Column("instrument", String(32), primary_key=True),
    Column("last", Date, nullable=False),  # the latest day in it
    *(Column(name, BigInteger if "total" in name else Integer, nullable=False) for name in COUNTED),
    *(Column(name, BigInteger, nullable=False, server_default=text("0")) for name in CLUSTERS),
    sqlite_with_rowid=False,
)

profile_tally = Table(  # how many chose what, of responses that no longer say it themselves
    "profile_tally",
    metadata,
    Column("upp_id", Integer, ForeignKey(upp.c.id), primary_key=True),
    Column("month", Date, primary_key=True),  # its first day
    Column("field", String(32), primary_key=True),
    Column("option", String(32), primary_key=True),
    Column("n", Integer, nullable=False),
    sqlite_with_rowid=False,
)
