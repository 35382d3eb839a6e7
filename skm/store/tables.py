"""All tables, those that others point to first."""

from skm.store import schema, schema_counts, schema_messages, schema_officials, schema_periods

FILES = (schema, schema_counts, schema_officials, schema_messages, schema_periods)
"""Each puts its tables into the one `metadata`."""

ALL = schema.metadata.sorted_tables
