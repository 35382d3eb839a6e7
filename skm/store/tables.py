"""All tables, those that others point to first."""

from skm.store.schema_periods import metadata

ALL = metadata.sorted_tables
