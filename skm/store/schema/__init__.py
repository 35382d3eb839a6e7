"""All tables, those that others point to first."""

from skm.store.schema import (
    counts,
    intake,
    messages,
    officials,
    paper,
    periods,
    submissions,
    survey,
)

FILES = (survey, counts, officials, intake, paper, messages, periods, submissions)
"""Each puts its tables into the one `metadata`."""

ALL = survey.metadata.sorted_tables
